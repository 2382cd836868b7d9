"""A lesson's rows as a document, schema 1. Its shape is described in docs/lesson-version.md: change both together."""

import hashlib
import json

from lessons.models import Asset, Block, Lesson, Question

SCHEMA_NUMBER = 1


def document_build(lesson: Lesson) -> dict:
    """What everybody may see of a lesson. Fixed by its rows alone: no number, no moment, no state."""
    blocks = [_block_entry(block) for block in lesson.blocks.all()]
    assets = {block.asset.sha256: asset_entry(block.asset) for block in lesson.blocks.all() if block.asset}
    if lesson.cover:
        assets[lesson.cover.sha256] = asset_entry(lesson.cover)
    return {
        "schema": SCHEMA_NUMBER,
        "uuid": str(lesson.uuid),
        "title": lesson.title,
        "summary": lesson.summary,
        "language": lesson.language,
        "audiences": lesson.audiences,
        "format": lesson.format,
        "minutes": lesson.minutes,
        "pass_mark_percent": lesson.pass_mark_percent,
        "series": {"uuid": str(lesson.series.uuid), "slug": lesson.series.slug},
        "topic": lesson.topic.slug if lesson.topic else None,
        "cover": lesson.cover.sha256 if lesson.cover else None,
        "source": lesson.source,
        "licence": lesson.licence,
        "reviewer": lesson.reviewer,
        "blocks": blocks,
        "questions": [_question_entry(question) for question in lesson.questions.all()],
        "assets": assets,
    }


def answer_key_build(lesson: Lesson) -> dict:
    """question UUID -> {"kind", "right": [choice UUIDs], "feedback": {choice UUID: text}}; never leaves the server."""
    key = {}
    for question in lesson.questions.all():
        choices = question.choices.all()
        key[str(question.uuid)] = {
            "kind": question.kind,
            "right": [str(choice.uuid) for choice in choices if choice.is_right],
            "feedback": {str(choice.uuid): choice.feedback for choice in choices if choice.feedback},
        }
    return key


def checksum_of(document: dict, answer_key: dict) -> str:
    """SHA-256 of both in canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(
        {"document": document, "answer_key": answer_key}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def asset_entry(asset: Asset) -> dict:
    return {
        "sha256": asset.sha256,
        "mime": asset.mime,
        "width": asset.width,
        "height": asset.height,
        "bytes": asset.byte_count,
        "widths": asset.widths,
    }


def _block_entry(block: Block) -> dict:
    entry = {"uuid": str(block.uuid), "kind": block.kind}
    if block.kind == Block.Kind.IMAGE:
        return entry | {"asset": block.asset and block.asset.sha256, "alt": block.alt, "caption": block.caption}
    return entry | {"html": block.body}


def _question_entry(question: Question) -> dict:
    choices = [{"uuid": str(choice.uuid), "text": choice.text} for choice in question.choices.all()]
    return {"uuid": str(question.uuid), "kind": question.kind, "prompt": question.prompt, "choices": choices}
