from __future__ import annotations

import subprocess


def test_only_the_invented_clients_can_be_committed(root):
    names = ["someone-real/client.yml", "someone-real/exports/a.csv", "librairie-des-tilleuls/client.yml"]
    command = ["git", "check-ignore", "--no-index", *[f"data/clients/{name}" for name in names]]
    ignored = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout.split()
    assert ignored == [f"data/clients/{name}" for name in names[:2]]
