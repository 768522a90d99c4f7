"""What keeps duties apart when accounts are changed. Pure: it only decides, and says why.

The three administrators (三员) share nothing: whoever opens accounts must not be able to make
himself the one who reads the journal, nor take over the account of another administrator. So the
accounts of administrators are opened, changed and given passwords on the server, by whoever
installs the platform; on the pages they can only be closed and opened again.
"""

from __future__ import annotations

from typing import Literal

from anlan.core.choices import Role

__all__ = ["ADMINISTRATORS", "AccountAct", "refusal"]

ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

AccountAct = Literal["open", "change", "close", "reopen", "password"]


def refusal(act: AccountAct, *, own: bool, role: str, new_role: str = "") -> str:
    """Return why an account may not be changed so, or nothing.

    Parameters
    ----------
    act
        What should happen to the account.
    own
        Whether it is the account of the person who does it.
    role
        The role the account has; of a new account, the one it should have.
    new_role
        The role it should have after a change.
    """
    if own:
        return "不能更改自己的账号，请由另一位安全管理员处理；自己的口令在“修改口令”页更改"
    if act in {"close", "reopen"}:
        return ""
    if role in ADMINISTRATORS:
        return (
            f"{Role(role).label}的账号不能在页面上开设、改动或重置口令，"
            "请由装机人员在服务器上处理：另开账号用 anlan account，改口令用 anlan changepassword"
        )
    if new_role in ADMINISTRATORS:
        return f"不能把其他账号改为{Role(new_role).label}：三个管理员互不兼任，请另开账号"
    return ""
