"""What must hold of a pack before anybody signs or mails it: the same for both, so that no pack is
signed by three people and then cannot be sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.documents.marking import is_marked, marked, require_official
from xlperf.errors import PackError
from xlperf.release.manifest import require_as_published
from xlperf.tables.coercion import quoted

if TYPE_CHECKING:
    from xlperf.release.manifest import Pack


def require_mailable(pack: Pack, *, recipients: bool = True) -> None:
    """Refuse a pack that may not leave; raises `PackError`.

    It is marked OFFICIAL, in the names of its files too, as it was published, its leak check passed
    and, with `recipients`, it has some.
    """
    manifest = pack.manifest
    require_official(manifest.marking)
    require_as_published(pack)
    for name in manifest.attach:
        if not is_marked(name):
            raise PackError(
                f"The name of {quoted(name)} does not begin with the marking, as"
                f" {quoted(marked('Report.docx'))} does, or holds a higher one. Publish the pack"
                " again."
            )
    if recipients and not manifest.recipients:
        raise PackError(
            "The pack may be mailed to nobody. Put the addresses of the panel into the setting"
            " 'recipients', with semicolons between them, refresh the workbook and publish it"
            " again. To sign a pack that is handed over without mail, add --without-mail."
        )
