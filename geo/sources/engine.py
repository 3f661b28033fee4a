"""One source from its located file to checked tables."""

from geo.sources.adapters.catalogue import adapter_for
from geo.sources.codebook import CodeBook
from geo.sources.fetch import Located
from geo.sources.layouts import layout
from geo.sources.registry import Source
from geo.sources.tables import SourceFile, SourceTables


def read_source(source: Source, located: Located, *, code_book: CodeBook | None = None) -> SourceTables:
    """Checked tables of one source. Raises SourceError with fault and place for the first thing that is wrong; nothing is half done.

    code_book: the codes that exist, from the sources that define them; without it only the shape of codes is checked.
    """
    form = layout(located.layout or source.layout)
    file = SourceFile(
        slug=source.slug,
        file=source.file,
        path=located.path,
        layout=form,
        code_book=code_book or CodeBook(),
        rows=form.rows if source.rows is None or located.layout else source.rows,
        is_registered_edition=located.sha256 == source.sha256 or located.origin == "package",
    )
    return adapter_for(form.name)(file)
