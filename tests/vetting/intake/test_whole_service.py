"""Naming a whole service is not naming a unit."""

from __future__ import annotations

import pytest

from tests.vetting.intake.builders import LOOKUPS
from vetting.intake.whole_service import names_whole_service

WHOLE = """
Army; ARMY; the Army; Navy; Air Force; Egyptian Air Force; Egyptian Air Force (EAF); Egyptian Army
Army of Egypt; Army, Egypt; Egypt Armed Forces; Armed Forces of the Arab Republic of Egypt; Egypt
Air ForceAir Force; Coast Guard; National Guard; National Police; Border Guard Service
Egypt Customs Service; Army and Navy; Dutch Army; Talmaran Navy; Ministry of Defence
Egyptian Ministry of the Interior; Defence Ministry; MINSTRY OF DEFENSE; MINISTRYOF DEFENSE
Ministry of Internal Affairs & Security; Federal Ministry of Justice
Egypt Federal Ministry of Agriculture; Policía Nacional; Ejército Nacional; Fuerza Aérea
Armada Nacional; Fuerzas Militares; Ministerio de Defensa Nacional; Armée de terre; Armée de l’air
Gendarmerie nationale; Police nationale; Forces armées; Ministère de l’Intérieur; الجيش
القوات المسلحة; القوات المسلحة المصرية; القوات الجوية; الشرطة الوطنية; وزارة الدفاع; وزارة الداخلية
الدرك الوطني; Армия; Вооружённые силы Египта; Военно-воздушные силы; ВВС; Министерство обороны
Полиция; Национальная гвардия
"""
UNITS = """
Army: Calibration Lab. Suize Road; Navy: Destroyer Brigade, Ras El-Teen; 3rd Army; I Army
Air Force HQ; 516 Air Brigade; Egyptian Air Academy; Ministry of Defence Language Institute
MINISTRY OF DEFENSE / PLANNING; Military Police; Ministry of Defence, Directorate of Logistics
Royal Guard; Presidential Guard; National Defence College; Air Regiment 272; Special Forces
Army Aviation School; Policía Nacional, Dirección Antinarcóticos; Fuerza Naval Caribe
Ejército, Brigada 3; 1er Régiment d’infanterie; Gendarmerie, Escadron 12; كتيبة المشاة 14
الجيش الثالث الميداني; معهد وزارة الدفاع; 76-я дивизия; Институт министерства обороны
Main Salvage Unit; BR-12; 14th Border Battalion; Border Guard Post 7
"""


def names(text):
    return [name.strip() for line in text.strip().splitlines() for name in line.split(";")]


def is_whole(name, code="EG"):
    return names_whole_service(name, LOOKUPS.words_for(code), LOOKUPS.all_country_words)


@pytest.mark.parametrize("name", names(WHOLE))
def test_a_whole_service(name):
    assert is_whole(name)


@pytest.mark.parametrize("name", names(UNITS))
def test_a_unit(name):
    assert not is_whole(name)


def test_a_country_of_our_own_making_has_its_adjective_too():
    assert is_whole("Morvanian Border Guard", "XA")
    assert not is_whole("Morvanian Border Guard School", "XA")
