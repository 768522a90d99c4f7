"""One printed page about a run (研判简报): content, map, PDF and Word. No Django here."""

from anlan.forecast.bulletin.contents import Bulletin, BulletinFacts, bulletin_of
from anlan.forecast.bulletin.pdf import bulletin_pdf
from anlan.forecast.bulletin.picture import bulletin_map
from anlan.forecast.bulletin.word import bulletin_docx

__all__ = [
    "Bulletin",
    "BulletinFacts",
    "bulletin_docx",
    "bulletin_map",
    "bulletin_of",
    "bulletin_pdf",
]
