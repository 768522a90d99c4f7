"""CAP 1.2 (OASIS): write, check and read messages. No Django, no database, no network."""

from anlan.warn.cap.checking import alert_problems
from anlan.warn.cap.chinese import compose_cn, file_name_cn
from anlan.warn.cap.composing import compose_cap
from anlan.warn.cap.identifiers import cap_identifier, cap_time, sender_code
from anlan.warn.cap.parsing import CapRefusedError, parse_cap
from anlan.warn.cap.polygons import polygons_of

__all__ = [
    "CapRefusedError",
    "alert_problems",
    "cap_identifier",
    "cap_time",
    "compose_cap",
    "compose_cn",
    "file_name_cn",
    "parse_cap",
    "polygons_of",
    "sender_code",
]
