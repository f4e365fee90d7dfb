from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from analysis.errors import DataError, ReportError
from analysis.reports.running import forks
from analysis.reports.running.workers import Workers

pytestmark = pytest.mark.skipif(
    not forks.AVAILABLE, reason="processes are forked from a warm one on Linux only"
)


@pytest.fixture
def two():
    with Workers(2) as workers:
        yield workers


def refuse(text):
    raise DataError(text)


def test_results_and_errors_come_back(two):
    assert list(two.map(divmod, [7, 9], [2, 2])) == [(3, 1), (4, 1)]
    with pytest.raises(ZeroDivisionError, match="division"):
        two.submit(divmod, 1, 0).result()


def test_calls_are_done_side_by_side_in_processes_that_stay(two, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # neither end opens before the other does
    ends = [
        two.submit(eval, call)
        for call in (f"open({str(pipe)!r}, 'w').write('met')", f"open({str(pipe)!r}).read()")
    ]
    assert [end.result(timeout=60) for end in ends] == [3, "met"]
    pids = {two.submit(os.getpid).result() for _ in range(6)}
    assert len(pids) <= 2 and os.getpid() not in pids


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ((os._exit, 3), r"ended with exit code 3\.$"),
        ((os.abort,), r"was ended by signal 6 \(SIGABRT\)\.$"),
    ],
)
def test_a_process_that_ends_takes_only_its_own_call_with_it(two, end, said):
    futures = [two.submit(*call) for call in [(abs, -1), end, (abs, -2), (abs, -3)]]
    with pytest.raises(ReportError, match="The process that rendered it " + said):
        futures[1].result()
    assert [future.result() for future in (futures[0], *futures[2:])] == [1, 2, 3]


def test_a_killed_process_is_replaced(two):
    with pytest.raises(ReportError, match=r"signal 9 \(SIGKILL\); memory may have run out\.$"):
        two.submit(eval, "__import__('os').kill(__import__('os').getpid(), 9)").result()
    assert two.submit(abs, -1).result() == 1


def test_stopping_does_not_wait_for_what_runs():
    workers = Workers(1)
    running, waiting = workers.submit(time.sleep, 60), workers.submit(abs, -1)
    while not workers.forks:
        time.sleep(0.01)
    start = time.perf_counter()
    workers.shutdown(wait=False, cancel_futures=True)
    with pytest.raises(ReportError, match=r"ended (by signal 15|with exit code 143)"):
        running.result(timeout=10)
    assert waiting.cancelled()
    assert time.perf_counter() - start < 5


HOLD_A_FOLDER = """import os, time
os.mkdir({0!r})
try:
    time.sleep(60)
finally:
    os.rmdir({0!r})
"""


def test_what_is_stopped_takes_its_folders_along(tmp_path):
    workers = Workers(1)
    held = workers.submit(exec, HOLD_A_FOLDER.format(str(tmp_path / "begun")))
    while not (tmp_path / "begun").is_dir() and not held.done():
        time.sleep(0.01)
    workers.shutdown(wait=False, cancel_futures=True)
    with pytest.raises(ReportError, match="with exit code 143"):
        held.result(timeout=10)
    assert not any(tmp_path.iterdir())


def test_what_cannot_be_sent_is_an_error_of_its_call_only(two):
    with pytest.raises(Exception, match="pickle"):
        two.submit(threading.Lock).result()
    assert two.submit(abs, -1).result() == 1


def test_threads_may_wait_for_and_end_the_same_process(tmp_path):
    warm = forks.warm_process()
    surroundings = forks.environment(tmp_path)
    for _ in range(20):
        fork = warm.fork("time:sleep", 60, environment=surroundings, folder=tmp_path)
        with ThreadPoolExecutor(8) as threads:
            waiting = [threads.submit(fork.wait, 30) for _ in range(4)]
            ending = [threads.submit(fork.kill) for _ in range(4)]
            assert [call.result() for call in waiting] == [-9] * 4
            assert [call.result() for call in ending] == [None] * 4
        assert fork.poll() == -9
