"""A sample project with changed modules of its `chat` app, and the findings of one rule in it."""

import textwrap

from channels_doctor.examine.project import Project
from support.sample_projects import RULES, make_project

HEAD = """
import asyncio, hashlib, itertools, json, re, subprocess, time, uuid
from urllib.parse import parse_qs
import requests
from asgiref.sync import async_to_sync, sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import (
    AsyncJsonWebsocketConsumer, AsyncWebsocketConsumer, JsonWebsocketConsumer, WebsocketConsumer
)
from channels.layers import get_channel_layer
from django.contrib.auth.models import User
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from chat.models import Document, Message, Room
"""


MODELS = """
from channels.db import database_sync_to_async
from django.db import models, transaction
from django.dispatch import Signal, receiver
import mongoengine

changed = Signal()
unheard = Signal()


class Base(models.Model):
    class Meta:
        abstract = True


class Room(Base):
    name = models.CharField(max_length=50)
    owner = models.ForeignKey("auth.User", models.CASCADE, related_name="rooms")
    members = models.ManyToManyField("auth.User")
    tags = models.JSONField(default=list)

    @property
    def size(self):
        return self.members.count()

    @property
    def owner_name(self):
        return self.owner.username

    @property
    def label(self):
        return self.name.upper()

    def newest(self):
        return self.message_set.last()

    async def anewest(self):
        return await self.message_set.alast()


class Message(Base):
    room = models.ForeignKey(Room, models.CASCADE)


class Profile(models.Model):
    user = models.OneToOneField("auth.User", models.CASCADE)


class Document(mongoengine.Document):
    pass


def titles():
    return list(Room.objects.all())


@transaction.atomic
def change():
    pass


@receiver(changed)
def count(sender, **kwargs):
    Room.objects.count()


@database_sync_to_async
def of_user(user):
    return user.rooms.order_by("pk")


def recent():
    return Room.objects.filter(name="x")
"""


def report(tmp_path, rule, text, more=(), **files):
    """Return the severities that one rule reports for changed modules of `chat`.

    `files` replaces modules, and `more` is appended to other files.
    """
    make_project(tmp_path)
    for path, content in dict(more).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        with (tmp_path / path).open("a") as file:
            file.write(content)
    (tmp_path / "chat/models.py").write_text(MODELS)
    (tmp_path / "chat/consumers.py").write_text(HEAD + textwrap.dedent(text))
    for name, content in files.items():
        (tmp_path / "chat" / f"{name}.py").write_text(textwrap.dedent(content))
    return [
        each.severity or RULES[rule].severity for each in RULES[rule].check(Project(str(tmp_path)))
    ]


def method(
    body, base="AsyncWebsocketConsumer", name="receive", arguments="text_data=None, bytes_data=None"
):
    """Return a consumer with one method, which is asynchronous if the base class is."""
    kind = "async def" if base.startswith("Async") else "def"
    return f"class Chat({base}):\n    {kind} {name}(self, {arguments}):\n" + textwrap.indent(
        textwrap.dedent(body).strip(), " " * 8
    )
