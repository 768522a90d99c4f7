"""Names and times of messages.

The identifier follows the Chinese exchange format (国突对接CAP协议): 14 digits of the sender
(division 6, trade 3, unit 3, extension 2), Beijing time, and a serial digit; 31 characters, which
are lawful in CAP 1.2 too.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

__all__ = ["BEIJING", "cap_identifier", "cap_time", "sender_code"]

BEIJING = timezone(timedelta(hours=8))
"""China Standard Time. CAP asks for the offset in figures and forbids `Z`."""

_SENDER = re.compile(r"[1-9][0-9]{13}")
SERIALS = 10


def sender_code(
    division: str, *, trade: str = "000", unit: str = "000", extension: str = "00"
) -> str:
    """Return the 14 digits of a sender.

    Parameters
    ----------
    division
        Division code, of which the first six digits count.
    trade
        Trade code of GB/T 4657, three digits. `000` is our default where we do not know it.
    unit
        Unit inside the body, three digits.
    extension
        Two digits.

    Raises
    ------
    ValueError
        If the parts do not make 14 digits.
    """
    code = division[:6] + trade + unit + extension
    if not _SENDER.fullmatch(code):
        raise ValueError(f"a sender code has 14 digits (6+3+3+2), got {code!r}")
    return code


def cap_identifier(sender: str, at: datetime, *, serial: int) -> str:
    """Return the identifier of a message.

    Raises
    ------
    ValueError
        If the sender code is wrong, the serial is not 0 to 9, or the time has no zone.
    """
    if not _SENDER.fullmatch(sender):
        raise ValueError(f"a sender code has 14 digits, got {sender!r}")
    if not 0 <= serial < SERIALS:
        raise ValueError(f"serial must be 0 to 9 within one second, got {serial}")
    return f"{sender}_{_beijing(at):%Y%m%d%H%M%S}_{serial}"


def cap_time(at: datetime) -> str:
    """Return a time as CAP 1.2 wants it: whole seconds, `+08:00`, never `Z`."""
    return _beijing(at).isoformat(timespec="seconds")


def _beijing(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"a time in a warning needs a zone, got {at.isoformat()}")
    return at.astimezone(BEIJING)
