"""City packs: a folder of open formats that defines a city, built and read without Django."""

from anlan.citypack.boundaries import UnknownCode
from anlan.citypack.build import PackReport, build_pack
from anlan.citypack.pack import CityInfo, CityPack, NotAPack, write_pack

__all__ = [
    "CityInfo",
    "CityPack",
    "NotAPack",
    "PackReport",
    "UnknownCode",
    "build_pack",
    "write_pack",
]
