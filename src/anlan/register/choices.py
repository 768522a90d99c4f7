"""Words that plans, dispatch and the register share: what a unit can do, what a hospital treats."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = [
    "UNITS_OUT",
    "Capability",
    "CareKind",
    "DangerGrade",
    "HazardKind",
    "HospitalGrade",
    "Medium",
    "ShelterClass",
    "Specialty",
    "StockItem",
    "UnitKind",
    "UnitStatus",
]


class Capability(models.TextChoices):
    """What a unit or team can do: dispatch matches these with the needs of an incident."""

    FIREFIGHTING = "firefighting", _("灭火")
    FOAM = "foam", _("泡沫灭火")
    HAZMAT = "hazmat", _("危化品处置")
    LEAK_PLUGGING = "leak_plugging", _("堵漏")
    DECON = "decon", _("洗消")
    GAS_DETECTION = "gas_detection", _("气体侦检")
    LADDER = "ladder", _("登高救援")
    SEARCH_RESCUE = "search_rescue", _("搜救破拆")
    WATER_RESCUE = "water_rescue", _("水域救援")
    MOUNTAIN_RESCUE = "mountain_rescue", _("山岳救援")
    FOREST_FIRE = "forest_fire", _("森林灭火")
    DRAINAGE = "drainage", _("排涝")
    EMBANKMENT = "embankment", _("堤坝抢险")
    EARTHWORK = "earthwork", _("工程抢险")
    POWER_REPAIR = "power_repair", _("电力抢修")
    GAS_REPAIR = "gas_repair", _("燃气抢修")
    WATER_REPAIR = "water_repair", _("供水抢修")
    TELECOM = "telecom", _("通信保障")
    COMMAND = "command", _("现场指挥")
    UAV = "uav", _("无人机侦察")
    AMBULANCE = "ambulance", _("转运救治")
    MEDICAL = "medical", _("现场医疗救援")
    DISEASE_CONTROL = "disease_control", _("疾控消杀")
    RADIATION = "radiation", _("核与辐射处置")
    ENVIRONMENT = "environment", _("环境监测")
    POLICE = "police", _("警戒疏散")
    TRAFFIC_CONTROL = "traffic_control", _("交通管制")
    EVACUATION = "evacuation", _("人员转移运输")
    LIGHTING = "lighting", _("应急照明")
    GENERATOR = "generator", _("应急供电")
    WATER_SUPPLY = "water_supply", _("供水")
    PSYCHOLOGY = "psychology", _("心理援助")
    BUILDING_SAFETY = "building_safety", _("房屋安全鉴定")
    GEOLOGY = "geology", _("地质灾害排查")


class UnitKind(models.TextChoices):
    """Kinds of response unit. The codes are those that plan files use for resources."""

    FIRE_CREW = "fire_crew", _("消防救援车组")
    HAZMAT_CREW = "hazmat_crew", _("危化处置编队")
    DECON_UNIT = "decon_unit", _("洗消单元")
    LADDER_CREW = "ladder_crew", _("登高救援车组")
    WATER_RESCUE_TEAM = "water_rescue_team", _("水域救援队")
    SEARCH_RESCUE_TEAM = "search_rescue_team", _("搜救队")
    FOREST_FIRE_CREW = "forest_fire_crew", _("森林消防分队")
    AMBULANCE = "ambulance", _("救护车组")
    MEDICAL_TEAM = "medical_team", _("医疗救援队")
    COMMAND_VEHICLE = "command_vehicle", _("应急指挥车")
    ENTERPRISE_HAZMAT_TEAM = "enterprise_hazmat_team", _("企业危化专职救援队")
    ENV_MONITORING_TEAM = "env_monitoring_team", _("环境应急监测组")
    ENGINEERING_TEAM = "engineering_team", _("工程抢险队")
    POWER_REPAIR_TEAM = "power_repair_team", _("电力抢修队")
    GAS_REPAIR_TEAM = "gas_repair_team", _("燃气抢修队")
    WATER_REPAIR_TEAM = "water_repair_team", _("供水抢修队")
    COMMS_TEAM = "comms_team", _("应急通信队")
    UAV_TEAM = "uav_team", _("无人机侦察组")
    POLICE_SQUAD = "police_squad", _("公安警力组")
    TRAFFIC_SQUAD = "traffic_squad", _("交警警力组")
    DISEASE_CONTROL_TEAM = "disease_control_team", _("疾控消杀队")
    BUILDING_SAFETY_TEAM = "building_safety_team", _("房屋安全鉴定组")
    GEOLOGY_TEAM = "geology_team", _("地质灾害排查组")
    PSYCHOLOGY_TEAM = "psychology_team", _("心理援助组")
    SOCIAL_RESCUE_TEAM = "social_rescue_team", _("社会应急力量")
    EVACUATION_BUS = "evacuation_bus", _("转移客车")
    EXCAVATOR = "excavator", _("挖掘机")
    CRANE = "crane", _("起重机")
    DUMP_TRUCK = "dump_truck", _("自卸货车")
    DRAINAGE_PUMP_TRUCK = "drainage_pump_truck", _("排涝泵车")
    RUBBER_BOAT = "rubber_boat", _("冲锋舟")
    GENERATOR_TRUCK = "generator_truck", _("应急发电车")
    LIGHTING_TRUCK = "lighting_truck", _("照明车")


class UnitStatus(models.TextChoices):
    """What a unit is doing now."""

    AVAILABLE = "available", _("待命")
    DISPATCHED = "dispatched", _("出动")
    ON_SCENE = "on_scene", _("到场")
    RETURNING = "returning", _("返回")
    OUT_OF_SERVICE = "out_of_service", _("停用")


UNITS_OUT = (UnitStatus.DISPATCHED, UnitStatus.ON_SCENE, UnitStatus.RETURNING)
"""The unit is out for something, and can come back."""


class Specialty(models.TextChoices):
    """What a hospital can treat beyond the ordinary: the choice of hospital matches these."""

    BURN = "burn", _("烧伤")
    TOXICOLOGY = "toxicology", _("中毒")
    TRAUMA = "trauma", _("创伤")
    HYPERBARIC = "hyperbaric", _("高压氧")
    INFECTIOUS = "infectious", _("传染病")
    RADIATION = "radiation", _("放射损伤")
    PAEDIATRIC = "paediatric", _("儿科")
    OBSTETRIC = "obstetric", _("产科")
    CARDIAC = "cardiac", _("胸痛")
    STROKE = "stroke", _("卒中")
    EYE = "eye", _("眼科")
    PSYCHIATRIC = "psychiatric", _("精神卫生")


class HospitalGrade(models.TextChoices):
    """Level and class of a hospital (医院分级)."""

    A3 = "3a", _("三级甲等")
    B3 = "3b", _("三级乙等")
    A2 = "2a", _("二级甲等")
    B2 = "2b", _("二级乙等")
    FIRST = "1", _("一级")
    UNGRADED = "none", _("未定级")


class HazardKind(models.TextChoices):
    """What may go wrong: specialities of experts and uses of shelters name these."""

    FLOOD = "flood", _("洪涝")
    TYPHOON = "typhoon", _("台风")
    EARTHQUAKE = "earthquake", _("地震")
    GEOLOGICAL = "geological", _("地质灾害")
    FOREST_FIRE = "forest_fire", _("森林火灾")
    FIRE = "fire", _("火灾")
    HAZMAT = "hazmat", _("危险化学品")
    MINE = "mine", _("矿山")
    TRAFFIC = "traffic", _("交通运输")
    GAS = "gas", _("燃气")
    NETWORK = "network", _("通信与电力中断")
    RADIATION = "radiation", _("核与辐射")
    ENVIRONMENT = "environment", _("环境污染")
    EPIDEMIC = "epidemic", _("传染病")
    FOOD = "food", _("食品与中毒")
    ANIMAL = "animal", _("动植物疫情")
    CROWD = "crowd", _("人员聚集")
    COLD = "cold", _("低温雨雪")
    DROUGHT = "drought", _("干旱")


class DangerGrade(models.TextChoices):
    """Grade of a major hazard source, one the worst (GB 18218-2018, 重大危险源分级)."""

    FIRST = "1", _("一级")
    SECOND = "2", _("二级")
    THIRD = "3", _("三级")
    FOURTH = "4", _("四级")


class Medium(models.TextChoices):
    """What a pipeline carries."""

    NATURAL_GAS = "natural_gas", _("天然气")
    LPG = "lpg", _("液化石油气")
    CRUDE_OIL = "crude_oil", _("原油")
    REFINED_OIL = "refined_oil", _("成品油")
    CHEMICAL = "chemical", _("化学品")
    WATER = "water", _("供水")
    HEAT = "heat", _("供热")
    SEWAGE = "sewage", _("排水")


class ShelterClass(models.TextChoices):
    """Class of a shelter (GB 51143-2015)."""

    EMERGENCY = "emergency", _("紧急")
    SHORT = "short", _("短期固定")
    MEDIUM = "medium", _("中期固定")
    LONG = "long", _("长期固定")
    CENTRAL = "central", _("中心")


class CareKind(models.TextChoices):
    """Institutions whose people cannot leave by themselves."""

    KINDERGARTEN = "kindergarten", _("幼儿园")
    NURSING_HOME = "nursing_home", _("养老机构")
    WELFARE_HOME = "welfare_home", _("福利院")
    DISABILITY = "disability", _("残疾人托养机构")


class StockItem(models.TextChoices):
    """Goods that plans count. The codes are those that plan files use for resources."""

    TENT = "tent_12m2", _("救灾帐篷12 m²")
    BED = "folding_bed", _("折叠床")
    QUILT = "quilt", _("棉被")
    COAT = "coat", _("棉大衣")
    WATER = "drinking_water", _("饮用水")
    MEAL = "ready_meal", _("方便食品")
    TOILET = "mobile_toilet", _("临时厕所")
    LAMP = "lamp", _("应急灯")
    FIRST_AID = "first_aid_kit", _("急救包")
    STRETCHER = "stretcher", _("担架")
    SANDBAG = "sandbag", _("编织袋")
    ROCK_FILL = "rock_fill", _("抢险块石")
    LIFE_JACKET = "life_jacket", _("救生衣")
    RUBBER_BOAT = "rubber_boat", _("冲锋舟")
    PUMP = "pump", _("抽水泵")
    GENERATOR = "generator", _("发电机")
    GAS_MASK = "gas_mask", _("防毒面具")
    SCBA = "scba", _("正压式空气呼吸器")
    CHEMICAL_SUIT = "chemical_suit", _("重型防化服")
    LEAK_PLUG_KIT = "leak_plug_kit", _("堵漏工具组")
    GAS_DETECTOR = "gas_detector", _("便携式气体检测仪")
    LIFE_DETECTOR = "life_detector", _("生命探测仪")
    NEUTRALISER = "neutraliser", _("中和药剂")
    ABSORBENT = "absorbent", _("吸附材料")
    FOAM_AGENT = "foam_agent", _("泡沫灭火剂")
    PROTECTIVE_MASK = "protective_mask", _("医用防护口罩")
    PROTECTIVE_SUIT = "protective_suit", _("医用防护服")
    DISINFECTANT = "disinfectant", _("消毒药品")
    BLOWER = "blower", _("风力灭火机")
    OTHER = "other", _("其他")
