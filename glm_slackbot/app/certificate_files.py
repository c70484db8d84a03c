"""Files of certificates, looked at before a library stumbles over them."""

from __future__ import annotations

import ssl


def certificates_mistake(path: str) -> str | None:
    """What is wrong with a file of certificates to trust (PEM), or None."""
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        trusted.load_verify_locations(cafile=path)
    except ssl.SSLError:
        return f"{path} holds no certificates (PEM)"
    except OSError as fault:
        return f"{path} cannot be read ({fault.strerror})"
    if not trusted.cert_store_stats()["x509"]:
        return f"{path} holds no certificates (PEM)"
    return None


def unreadable(path: str) -> str | None:
    """Why a file cannot be read, or None."""
    try:
        with open(path, "rb") as file:
            file.read(1)
    except OSError as fault:
        return f"{path} cannot be read ({fault.strerror})"
    return None
