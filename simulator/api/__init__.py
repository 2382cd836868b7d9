"""The endpoints of api.weixin.qq.com that an official account uses, under the same paths."""

from flask import Blueprint

from simulator.api import articles, mass, media, menus, messages, qrcodes, tags, tokens, users, web

BLUEPRINTS: list[Blueprint] = [
    module.pages for module in (tokens, messages, mass, menus, tags, users, qrcodes, media, articles, web)
]
