"""The GLM-Image API, usable on its own: knows nothing of Slack, of jobs or of a database.

async with open_http() as http:
    client = GLMImageClient(http, ApiKey(Provider.ZAI, secret))
    order = ImageOrder("glm-image", "a fox", MODELS["glm-image"].recommended["16:9"])
    made = await client.wait(await client.submit(order))  # or, for any model: generate(order)
    image = await fetch_image(http, made.url, folder)

Every call is sent once. GLMError says what went wrong (``kind``), whether it may be charged all
the same (``may_have_billed``), and whether it may be sent again (``safe_to_send_again``).
"""

from __future__ import annotations

from glm_slackbot.domain.image_models import MODELS, ImageModel, Provider
from glm_slackbot.domain.size import Size
from glm_slackbot.glm.answers import GeneratedImage, Processing
from glm_slackbot.glm.client import ApiKey, GLMImageClient, ImageOrder, has_api_key_shape
from glm_slackbot.glm.download import fetch_image
from glm_slackbot.glm.download_errors import DownloadError, DownloadKind
from glm_slackbot.glm.errors import CODE_TABLE, GLMError, Kind, who_must_act
from glm_slackbot.glm.http import open_http
from glm_slackbot.glm.spool import SpooledImage

__all__ = [
    "CODE_TABLE",
    "MODELS",
    "ApiKey",
    "DownloadError",
    "DownloadKind",
    "GLMError",
    "GLMImageClient",
    "GeneratedImage",
    "ImageModel",
    "ImageOrder",
    "Kind",
    "Processing",
    "Provider",
    "Size",
    "SpooledImage",
    "fetch_image",
    "has_api_key_shape",
    "open_http",
    "who_must_act",
]
