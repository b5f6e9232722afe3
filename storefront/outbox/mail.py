"""A mail, and its form on the wire."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

# Lines as long as SMTP allows: folded at 78, a link in a header would be encoded, and no mail program reads it then.
_WIRE, _WIRE_UTF8 = (policy.clone(max_line_length=998) for policy in (SMTP, SMTPUTF8))


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sender:
    """Who writes: the shop. `host` names it in message ids."""

    name: str
    email: str
    host: str


def compose(mail: Mail, sender: Sender, dedupe_key: str, *, at: datetime) -> EmailMessage:
    """The message; sent again it has the same id, so that a reader's program shows it once."""
    message = EmailMessage(policy=_WIRE if mail.to.isascii() else _WIRE_UTF8)
    message["From"] = Address(one_line(sender.name), addr_spec=sender.email)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{hashlib.sha256(dedupe_key.encode()).hexdigest()[:32]}@{sender.host}>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in mail.headers.items():
        message[name] = one_line(value)
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def one_line(text: str) -> str:
    """Text without line breaks or other control characters: nothing a person types can begin a header."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())
