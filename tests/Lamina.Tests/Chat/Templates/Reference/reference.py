"""Renders every template in templates/ over every conversation in conversations.json, as Hugging Face's
transformers would, and writes renderings.jsonl.gz.

    pip install jinja2==3.1.6
    python reference.py

A line is {"template", "conversation", "text"}, or {"template", "conversation", "error", "message"} where rendering
fails: the exception's class name and text. The clock stands at 2024-07-26 15:04:05, so that a second run gives the
same bytes.
"""

import gzip
import json
from datetime import datetime
from pathlib import Path

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

FOLDER = Path(__file__).parent
NOW = datetime(2024, 7, 26, 15, 4, 5)
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}


class Generation(jinja2.ext.Extension):
    """The {% generation %} tag: its body is rendered in place, in a scope of its own."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_render"), [], [], body).set_lineno(line)

    def _render(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def strftime_now(format):
    return NOW.strftime(format)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    """The environment of transformers' _compile_jinja_template."""
    result = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    result.filters["tojson"] = tojson
    result.globals["raise_exception"] = raise_exception
    result.globals["strftime_now"] = strftime_now
    return result


def outcome(render):
    """What render returns or raises, as the fields of a line."""
    try:
        result = {"text": render()}
    except Exception as error:
        result = {"error": type(error).__name__, "message": str(error)}
    if " at 0x" in str(result):
        raise ValueError(f"An address in memory differs from run to run: {result}")
    return result


def variables(conversation):
    return {
        "messages": conversation["messages"],
        "tools": conversation.get("tools"),
        "documents": conversation.get("documents"),
        "add_generation_prompt": conversation["add_generation_prompt"],
        **TOKENS,
        **conversation.get("variables", {}),
    }


def main():
    conversations = json.loads((FOLDER / "conversations.json").read_text(encoding="utf-8"))
    templates = environment()
    lines = []
    for path in sorted((FOLDER / "templates").glob("*.jinja")):
        template = templates.from_string(path.read_bytes().decode("utf-8"))
        for conversation in conversations:
            line = {"template": path.name, "conversation": conversation["name"]}
            line |= outcome(lambda: template.render(**variables(conversation)))
            lines.append(json.dumps(line) + "\n")
    with open(FOLDER / "renderings.jsonl.gz", "wb") as file:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as compressed:
            compressed.write("".join(lines).encode("ascii"))


if __name__ == "__main__":
    main()
