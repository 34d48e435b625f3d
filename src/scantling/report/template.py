"""A report by the user's own Jinja2 template, in Jinja2's sandbox.

The template sees ``report``, the JSON report as plain values, with every text made printable: nothing that an image or
an advisory says can reach the output as a control character. Markup is another matter: a template that is named
``*.html``, ``*.htm`` or ``*.xml`` (also before ``.j2`` or ``.tpl``) has its values escaped by itself; others write
``{{ value | e }}``, or the filters ``markdown`` and ``csv``, where they need it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scantling.guard import limits
from scantling.guard.display import printable
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError
from scantling.model.report import Report

from .csv import cell
from .identity import finding_ids
from .notices import notices
from .options import ReportOptions
from .sarif_rules import escape_markdown

if TYPE_CHECKING:
    from jinja2 import Template

_TEXT_CHARS = 20_000
_MARKUP = (".html", ".htm", ".xml", ".xhtml")
# what an expression of a template may raise besides Jinja2's own errors: the template's fault, not the program's
_FAULTS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError, MemoryError)


def load(path: Path) -> str:
    """The template in ``path``. Raises ``UsageError`` if it cannot be read, is too big, or is no template."""
    data = read_bounded(path, limits.TEMPLATE_BYTES, "cannot read the template")
    if len(data) > limits.TEMPLATE_BYTES:
        raise UsageError(f"the template is larger than {limits.TEMPLATE_BYTES} bytes", where=str(path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("the template is not UTF-8 text", where=str(path)) from error
    _compile(text, str(path))
    return text


def render(report: Report, options: ReportOptions) -> bytes:
    """``report`` as ``options.template`` makes it, UTF-8. Raises ``UsageError`` when the template fails, or makes more
    than ``limits.TEMPLATE_OUTPUT_BYTES``."""
    from jinja2 import TemplateError

    if options.template is None:
        raise UsageError("no template given", where="--format template", hint="add --template FILE")
    template = _compile(options.template, options.template_name)
    parts: list[bytes] = []
    size = 0
    try:
        for piece in template.generate(_context(report)):
            parts.append(piece.encode("utf-8", "replace"))
            size += len(parts[-1])
            if size > limits.TEMPLATE_OUTPUT_BYTES:
                raise UsageError(
                    f"the template writes more than {limits.TEMPLATE_OUTPUT_BYTES} bytes", where=options.template_name
                )
    except (TemplateError, *_FAULTS) as error:
        raise UsageError(f"the template failed: {printable(str(error), 300)}", where=options.template_name) from error
    return b"".join(parts)


def _context(report: Report) -> dict[str, Any]:
    import msgspec

    context: dict[str, Any] = _printable(msgspec.to_builtins(report))
    for entry, id_ in zip(context["findings"], finding_ids(report.findings), strict=True):
        entry["finding_id"] = id_
    said = [{"level": notice.level, "id": notice.id, "text": notice.text} for notice in notices(report)]
    return {"report": context, "notices": said}


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value, _TEXT_CHARS)
    if isinstance(value, dict):
        return {_printable(key): _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value


def _compile(text: str, name: str) -> Template:
    try:
        import jinja2
    except ImportError as error:
        raise UsageError(
            "the format template needs Jinja2, which is not installed",
            where="--format template",
            hint="pip install 'scantling[template]'",
        ) from error
    from .template_sandbox import environment

    lowered = name.lower().removesuffix(".j2").removesuffix(".tpl").removesuffix(".jinja")
    sandbox = environment(autoescape=lowered.endswith(_MARKUP))
    sandbox.filters |= {"markdown": lambda value: escape_markdown(str(value)), "csv": lambda value: cell(str(value))}
    try:
        return sandbox.from_string(text)
    except jinja2.TemplateSyntaxError as error:
        raise UsageError(
            f"the template is wrong: {printable(error.message or 'syntax error', 300)}",
            where=f"{name}, line {error.lineno}",
            hint="templates are Jinja2; Go templates, as Trivy has them, must be rewritten",
        ) from error
    except RecursionError as error:
        raise UsageError("the template is nested too deeply", where=name) from error
