"""Words inside the names of units: kinds of unit, branches, plain words, numbers in words. Data, no code.

Keys are canonical; values are spellings as `fold.latin` writes them (English, Spanish, French,
Portuguese, Arabic in Latin letters, usual abbreviations). Anything not here is taken for a name.
"""


def _by_spelling(table: dict[str, str]) -> dict[str, str]:
    return {spelling: word for word, spellings in table.items() for spelling in (word, *spellings.split())}


ECHELONS = _by_spelling(
    {
        "army": "ejercito armee jaysh jaish exercito jish armiya",
        "navy": "naval armada marina marine marines bahriya bahriyya marinha nav bhria",
        "airforce": "",
        "corps": "cuerpo corp faylaq corpo",
        "division": "div divn divs divisional divisions firqa firqah divisao frqa diviziya",
        "brigade": "bde brig brigada brigades liwa alliwa liwaa bigade brigadas lwa brigady",
        "regiment": "regt rgt reg regimiento regimento fawj fauj fuj polk",
        "battalion": (
            "bn btn batt bat bns btl bon batallon bataillon batalhao katiba kateeba katibah kateebat "
            "battallion  ktiba batalon batalyon batalionabatallion batalion battalions"
        ),
        "company": "coy coys cia compania compagnie cie companhia saria sariya sariyya companies sria rota",
        "platoon": "plt pl peloton section seccion fasila fasil fsil vzvod",
        "squadron": "sqn sqdn escuadron escadron escadrille esquadrao",
        "squad": "escuadra",
        "battery": "bty btry bateria batterie",
        "group": "grp gp grupo groupe groupement agrupamiento majmua agrupacion",
        "wing": "wg ala",
        "fleet": "flota flotte",
        "flotilla": "flotille",
        "detachment": "det destacamento detachement",
        "garrison": "guarnicion garnison",
        "zone": "zona zones mintaqa mantiqa mntqa",
        "region": "regional mintaqah rgn",
        "sector": "secteur qita subsector",
        "area": "",
        "station": "stn estacion comisaria commissariat makhfar",
        "base": "qaida",
        "depot": "",
        "school": "escuela ecole",
        "academy": "academia academie kulliya",
        "hospital": "",
    }
)

BRANCHES = _by_spelling(
    {
        "infantry": "inf infanteria infanterie infantaria mushat mushah mshaa pekhota",
        "artillery": (
            "arty artilleria artillerie artilharia madfaiya madfaiyya midfaiya art mdfia artilleriyskiy "
            "artilleriyskaya"
        ),
        "armoured": (
            "armored armd armour armor amour blindado blindada blinde blindee mudarra mudarraa "
            "blindados tank tanks mdra tankovaya tankovyy"
        ),
        "mechanised": (
            "mechanized mech mecanizado mecanizada mecanise mecanisee mekhanizirovannaya mekhanizirovannyy"
        ),
        "motorised": "motorized motorizado motorizada motorise motostrelkovyy motostrelkovaya",
        "cavalry": "cav caballeria cavalerie",
        "airborne": (
            "abn aerotransportado aerotransportada aeroporte aeroportee paracaidista paracaidistas "
            "parachutiste parachutistes para paratroopers parachute mazalliyin"
        ),
        "amphibious": "anfibio anfibia amphibie",
        "engineer": "engineers engr engrs ingeniero ingenieros genie handasa engineering",
        "signal": "signals sig comms transmisiones transmissions communications communication",
        "logistics": "logistic log logistica logistique supply",
        "medical": "med medico sanidad sante health",
        "transport": "transporte transportation tpt",
        "reconnaissance": "recce recon reconocimiento",
        "commando": "commandos cdo comando comandos kommando",
        "special": "spec especial especiales speciale speciales khassa khas spl khasa spetsialnogo",
        "ranger": "rangers",
        "mobile": "movil movel",
        "traffic": "transito",
        "intelligence": (
            "intel inteligencia renseignement renseignements istikhbarat mukhabarat astkhbarat mkhabrat"
        ),
        "investigation": "investigations investigacion investigaciones investigative",
        "criminal": "crime",
        "presidential": "presidencial presidentielle riasi",
        "republican": "",
        "border": "borders frontera fronteras frontiere hudud hdud",
        "coast": "coastal costera costa",
        "air": "aerea aereo aerienne aerien jawiya jawiyya jwia",
        "maritime": "maritima",
        "helicopter": "helicopteros helicopteres",
        "training": "entrenamiento formation tadrib instruccion",
    }
)

PLAIN = _by_spelling(
    {
        "police": "policia policias policial policier shurta shurtah pol policing shrta politsiya politsii",
        "force": "forces fuerza fuerzas quwwat quwat forcas qwat",
        "armed": "armadas armees musallaha",
        "military": "militar militaire militaires militares askari mil",
        "command": "comando_ commandement mando qiyada cmd commander comandancia qiada",
        "headquarters": "hq hqs hqtrs cuartel quartier",
        "state": "estado estatal etat",
        "national": "nacional nationale watani wtni",
        "federal": "federale",
        "public": "publica publique",
        "security": "seguridad securite amn seguranca",
        "service": "services servicio servicios",
        "department": "dept departamento departement directorate direccion direction dir",
        "bureau": "office oficina",
        "unit": "units unidad unite wahda",
        "task": "tarea",
        "joint": "conjunta conjunto coordinada interarmees mushtaraka",
        "operation": "operations operacion operaciones op ops operational operativo",
        "guard": "guards guardia garde haras hrs",
        "defence": "defense defensa difa",
        "anti": "counter contra",
        "robbery": "",
        "center": "centre centro markaz mrkz",
        "central": "centrale",
        "staff": "",
        "general": "",
        "province": "provincial provincia",
        "district": "distrito",
        "local": "",
        "government": "",
        "ministry": "ministerio ministere",
        "sub": "",
        "main": "principal",
        "no": "num number numero nr nro",
        "st": "",
        "enterprise": (
            "ltd limited llc inc incorporated corp corporation co gmbh ag sa sarl srl bv nv plc pte pvt "
            "private pty ooo zao oao ao pao jsc ojsc pjsc cjsc llp lp kg spa sas cv stock liability "
            "open closed fzco fze fzc fz llp dooel doo tov as anonim sirketi sti limitada ltda eurl sal"
        ),
        "trading": "trade ticaret",
        "industry": "industries industrial sanayi",
        "holding": "holdings",
        "international": "intl internacional internationale",
        "shipping": "",
        "organization": "organisation organizacion",
        "institute": "instituto",
        "foundation": "",
        "trafficking": "",
        "drug": "",
        "bank": "banco banque",
        "investment": "investments",
        "technology": "technologies",
        "management": "",
        "plant": "",
        "production": "",
        "research": "",
        "construction": "constructora",
        "petrochemical": "",
        "electronics": "electronic",
    }
)

LINKS = frozenset(
    """
    of the and for in at to on by with from de del la el los las du des le les y e et al da do das dos
    an named after d l wa fi min
    """.split()
)

SHORT_FOR = {
    "zm": ("zone", "military"),
    "rm": ("region", "military"),
    "jtf": ("joint", "task", "force"),
    "mnjtf": ("multinational", "joint", "task", "force"),
    "stf": ("special", "task", "force"),
    "jstf": ("joint", "special", "task", "force"),
    "cid": ("criminal", "investigation", "department"),
    "scid": ("state", "criminal", "investigation", "department"),
    "mp": ("military", "police"),
    "pmf": ("police", "mobile", "force"),
    "mopol": ("police", "mobile", "force"),
    "sars": ("special", "anti", "robbery", "squad"),
    "sf": ("special", "force"),
    "sof": ("special", "operation", "force"),
    "af": ("air", "force"),
    "afb": ("air", "force", "base"),
    "dpo": ("police", "division"),
    "dpd": ("police", "division"),
    "multi": ("multinational",),
}

TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}

NUMBERS = {
    spelling: number
    for number, spellings in {
        1: "first one primer primero primera premier premiere uno awwal ula awl awla pervyy pervaya",
        2: "second two segundo segunda deuxieme seconde dos deux thani thaniya thaniyya vtoroy vtoraya",
        3: (
            "third three tercer tercero tercera troisieme tres trois thalith thalitha thalth thaltha "
            "tretiy tretya"
        ),
        4: "fourth four cuarto cuarta quatrieme cuatro quatre rabi rabia rab raba",
        5: "fifth five quinto quinta cinquieme cinco cinq khamis khamisa khamsa khams khamsa",
        6: "sixth six sexto sexta sixieme seis sadis sadisa sads sadsa",
        7: "seventh seven septimo septima septieme siete sept sabi sabia sab saba",
        8: "eighth eight octavo octava huitieme ocho huit thamin thamina thamn",
        9: "ninth nine noveno novena neuvieme nueve neuf tasi tasia tas tasa",
        10: "tenth ten decimo decima dixieme diez dix ashir ashira aashr",
        11: "eleventh eleven undecimo undecima onceavo onceava onzieme once onze",
        12: "twelfth twelve duodecimo duodecima doceavo doceava douzieme doce douze",
        13: "thirteenth thirteen treceavo treceava treizieme trece",
        14: "fourteenth fourteen catorceavo catorceava quatorzieme catorce",
        15: "fifteenth fifteen quinceavo quinceava quinzieme quince",
        16: "sixteenth sixteen",
        17: "seventeenth seventeen",
        18: "eighteenth eighteen",
        19: "nineteenth nineteen",
        20: "twentieth vigesimo vigesima vingtieme veinte",
        30: "thirtieth trigesimo trigesima trentieme treinta",
        40: "fortieth cuadragesimo",
        50: "fiftieth quincuagesimo",
    }.items()
    for spelling in spellings.split()
}
