"""Reads cards as a person would."""

from __future__ import annotations

from typing import Any

from glm_slackbot.ui.card import Card


def parts(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        return [node, *(part for value in node.values() for part in parts(value))]
    if isinstance(node, list | tuple):
        return [part for value in node for part in parts(value)]
    return []


def shown(card: Card) -> str:
    return "\n".join(p["text"] for p in parts(card.blocks) if isinstance(p.get("text"), str))


def buttons(card: Card) -> dict[str, str]:
    return {p["action_id"]: p["value"] for p in parts(card.blocks) if p.get("type") == "button"}
