"""What did the account itself keep: the archives platforms give back to their users."""

from __future__ import annotations

__all__: list[str] = []
