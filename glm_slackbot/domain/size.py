"""Sizes in pixels and aspect ratios."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels; written ``WxH`` as the provider wants it."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def area(self) -> int:
        """Pixels in all."""
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class AspectRatio:
    """Width to height, as typed: ``16:9``."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}:{self.height}"

    @property
    def value(self) -> float:
        """Width divided by height."""
        return self.width / self.height

    @property
    def reduced(self) -> AspectRatio:
        """The same ratio in its smallest whole numbers: 32:18 is 16:9."""
        fraction = Fraction(self.width, self.height)
        return AspectRatio(fraction.numerator, fraction.denominator)

    def distance(self, size: Size) -> float:
        """How many times too wide or too tall a size is; 1.0 is exact."""
        # int / int is rounded correctly, so sizes of equal ratio compare equal here
        asked, got = self.width * size.height, self.height * size.width
        return max(asked, got) / min(asked, got)
