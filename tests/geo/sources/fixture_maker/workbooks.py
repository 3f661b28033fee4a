"""Workbooks written by hand, byte for byte the same each time: XLSX and ODS with nothing in them but cells."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Sheets = Mapping[str, Sequence[Sequence[Any]]]
_BORN = (2024, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_OFFICE = "http://schemas.openxmlformats.org"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def xlsx_bytes(sheets: Sheets) -> bytes:
    """An XLSX workbook; numbers are numbers, everything else is text, blanks are no cells."""
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for n in numbers
        )
        + "</Types>",
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_OFFICE}/spreadsheetml/2006/main" xmlns:r="{_OFFICE}/officeDocument/2006/relationships">'
        "<sheets>"
        + "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, sheets, strict=True))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations([("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]),
    }
    for n, rows in zip(numbers, sheets.values(), strict=True):
        parts[f"xl/worksheets/sheet{n}.xml"] = _xlsx_sheet(rows)
    return _zip(parts)


def ods_bytes(sheets: Sheets) -> bytes:
    """An ODS workbook; numbers are numbers, everything else is text, blanks are empty cells."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>"
        + "".join("<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        f'<office:document-content xmlns:office="{_ODF}:office:1.0" xmlns:table="{_ODF}:table:1.0" xmlns:text="{_ODF}:text:1.0" '
        f'office:version="1.2"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>'
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0" manifest:version="1.2">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return _zip({"content.xml": content, "META-INF/manifest.xml": manifest}, mimetype="application/vnd.oasis.opendocument.spreadsheet")


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    kind = f"{_OFFICE}/officeDocument/2006/relationships"
    entries = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}/{what}" Target="{target}"/>' for n, (what, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">{entries}</Relationships>'


def _xlsx_sheet(rows: Sequence[Sequence[Any]]) -> str:
    lines = []
    for r, row in enumerate(rows, start=1):
        cells = "".join(_xlsx_cell(f"{_letters(c)}{r}", cell) for c, cell in enumerate(row, start=1))
        lines.append(f'<row r="{r}">{cells}</row>')
    return f'<worksheet xmlns="{_OFFICE}/spreadsheetml/2006/main"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _xlsx_cell(place: str, cell: Any) -> str:
    if cell in ("", None):
        return ""
    if isinstance(cell, (int, float)):
        return f'<c r="{place}"><v>{cell}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(str(cell))}</t></is></c>'


def _ods_cell(cell: Any) -> str:
    if cell in ("", None):
        return "<table:table-cell/>"
    if isinstance(cell, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'


def _letters(column: int) -> str:
    """A column as a spreadsheet names it: 1 = A, 27 = AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _zip(parts: Mapping[str, str], *, mimetype: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        if mimetype:
            archive.writestr(zipfile.ZipInfo("mimetype", _BORN), mimetype, zipfile.ZIP_STORED)
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _BORN), _HEAD + text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
