"""Record types of the register: each file holds a family, model and declaration together."""

from anlan.register.models.danger import (
    GasStation,
    HazardousEnterprise,
    HazmatVehicle,
    MajorHazardSource,
    Pipeline,
    StorageTank,
)
from anlan.register.models.forces import CommunityStation, FireStation, RescueTeam, ResponseUnit
from anlan.register.models.medical import BloodStation, Hospital
from anlan.register.models.people import Expert
from anlan.register.models.sensing import Camera, ForestFirePoint, GridCell, MonitoringSensor
from anlan.register.models.shelters import CareInstitution, CrowdedPlace, School, Shelter
from anlan.register.models.supplies import ProductionEnterprise, Stock, Warehouse
from anlan.register.models.traffic import (
    CommunicationStation,
    LandingSite,
    LifelineFacility,
    RoadStructure,
    TransitStation,
    TransportFleet,
)
from anlan.register.models.water import FloodPronePoint, GeologicalHazard, Reservoir, TailingsDam

__all__ = [
    "BloodStation",
    "Camera",
    "CareInstitution",
    "CommunicationStation",
    "CommunityStation",
    "CrowdedPlace",
    "Expert",
    "FireStation",
    "FloodPronePoint",
    "ForestFirePoint",
    "GasStation",
    "GeologicalHazard",
    "GridCell",
    "HazardousEnterprise",
    "HazmatVehicle",
    "Hospital",
    "LandingSite",
    "LifelineFacility",
    "MajorHazardSource",
    "MonitoringSensor",
    "Pipeline",
    "ProductionEnterprise",
    "RescueTeam",
    "Reservoir",
    "ResponseUnit",
    "RoadStructure",
    "School",
    "Shelter",
    "Stock",
    "StorageTank",
    "TailingsDam",
    "TransitStation",
    "TransportFleet",
    "Warehouse",
]
