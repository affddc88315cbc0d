"""Words inside personal names that say little about who is meant: data, no code.

All are written as `fold.latin` writes them: lower-case Latin letters, no marks.
"""

TITLES = frozenset(
    """
    mr mrs ms miss dr doctor prof professor eng engineer sir lord lady hon honorable honourable rev
    reverend father sister don dona senor senora monsieur madame mme herr frau sheikh shaikh shaykh
    sheik shaik cheikh shekh haji hajji hajj hadji alhaji hajiya mullah mulla mollah molla mawlawi
    maulawi maulvi mawlavi maulana mawlana qari hafez ustad ustadh ayatollah hojjatoleslam imam sayyid
    sayyed seyyed seyed sayed syed saiyid sidi chief malam mallam hrh jr sr phd retd ret retired rtd
    """.split()
)

RANKS = frozenset(
    """
    general gen generals major maj brigadier brig colonel col coronel lieutenant lieut lt ltc ltg ltcol
    captain capt cpt capitan capitaine sergeant sergent sargento sgt ssgt msgt corporal cpl cabo lance
    private pvt soldado warrant commander cmdr cdr commandant comandante cmdte commodore cdre admiral
    adm almirante vadm radm marshal mariscal marechal ensign teniente tte alferez subteniente soldat
    adjudant liwa aqid amid raid muqaddam naqib mulazim inspector insp superintendent supt constable
    commissioner comisario commissaire igp dig aig dcp acp csp dsp asp comandant serjant polkovnik mayor
    kapitan leitenant praporshchik
    """.split()
)

RANK_JOINERS = frozenset(
    "of the in de vice rear first second deputy assistant chief air wing group flight squadron police".split()
)

PARTICLES = frozenset(
    """
    al el ul bin bn ibn bint binti binte ben bani ould wuld wald oglu ogly oglou ugli qizi kyzy kizi de del
    della delle di da das do dos du des la las le les los lo van von vom der den ter ten zu zum zur y e
    und and
    """.split()
)

COMMON_SOUNDS_LIKE = {
    "mhd": "muhammad",
    "mohd": "muhammad",
    "muhd": "muhammad",
    "moh": "muhammad",
    "muh": "muhammad",
    "md": "muhammad",
    "mehmet": "muhammad",
    "mamadou": "muhammad",
    "lee": "ri",
    "li": "ri",
    "yi": "ri",
    "rhee": "ri",
    "gim": "kim",
    "bak": "pak",
    "park": "pak",
    "choi": "choe",
    "chung": "jong",
    "jung": "jong",
    "jeong": "jong",
    "chong": "jong",
    "yun": "yoon",
    "gang": "kang",
    "gwon": "kwon",
    "im": "rim",
    "lim": "rim",
    "roh": "no",
    "noh": "no",
}

KOREAN_FAMILIES = {"이": "ri", "김": "kim", "박": "pak", "강": "kang", "권": "kwon", "임": "rim"}

COMPOUND_SURNAMES = frozenset(
    "歐陽 欧阳 司馬 司马 諸葛 诸葛 上官 夏侯 皇甫 慕容 令狐 남궁 황보 제갈 선우".split()
)

COMMON_NAMES = frozenset(  # one spelling each; the skeleton stands for the others
    """
    muhammad ahmad mahmud ali hassan hussein ibrahim yusuf omar othman abdullah ismail mustafa khalid
    salim said saleh hamid karim rahim rahman aziz majid jamal kamal musa isa amir khan shah reza mahdi
    abbas jafar sadiq fatima jose juan maria carlos luis antonio manuel francisco pedro miguel jorge
    rafael daniel david fernando ricardo roberto garcia martinez lopez hernandez gonzalez rodriguez
    perez sanchez ramirez torres flores rivera gomez diaz cruz morales silva santos oliveira souza costa
    pereira ferreira john james robert michael william joseph thomas charles peter paul mark george
    smith johnson brown jones williams ivan vladimir sergei andrei alexander aleksei dmitri mikhail
    nikolai viktor yuri oleg igor anatoly pavel petrov ivanov kim ri pak choe jong kang cho yun jang
    song chol yong hyon sung min jin wang zhang chen liu yang huang zhao zhou wu xu sun ma zhu hu guo
    lin he gao luo wei ming jun hong hua nguyen tran le pham singh kumar sharma gupta das patel tanaka
    sato suzuki aung min htun
    """.split()
)
