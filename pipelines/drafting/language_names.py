"""Name languages by the codes that data sets have for them: ISO 639-1 and 639-3, with additions."""

import re

# Two letters, three letters (more than one where sets differ), and the name.
_TABLE = """
af afr Afrikaans
am amh Amharic
ar ara,arb Arabic
as asm Assamese
az aze,azj Azerbaijani
be bel Belarusian
bg bul Bulgarian
bn ben Bengali
bo bod Tibetan
bs bos Bosnian
ca cat Catalan
cs ces,cze Czech
cy cym,wel Welsh
da dan Danish
de deu,ger German
el ell,gre Greek
en eng English
eo epo Esperanto
es spa Spanish
et est,ekk Estonian
eu eus,baq Basque
fa fas,per,pes Persian
fi fin Finnish
fr fra,fre French
ga gle Irish
gl glg Galician
gu guj Gujarati
ha hau Hausa
he heb Hebrew
hi hin Hindi
hr hrv Croatian
ht hat Haitian Creole
hu hun Hungarian
hy hye,arm Armenian
id ind Indonesian
ig ibo Igbo
is isl,ice Icelandic
it ita Italian
ja jpn Japanese
jv jav Javanese
ka kat,geo Georgian
kk kaz Kazakh
km khm Khmer
kn kan Kannada
ko kor Korean
ku kur,kmr Kurdish
ky kir Kyrgyz
la lat Latin
lb ltz Luxembourgish
lo lao Lao
lt lit Lithuanian
lv lav,lvs Latvian
mg mlg,plt Malagasy
mi mri Maori
mk mkd,mac Macedonian
ml mal Malayalam
mn mon,khk Mongolian
mr mar Marathi
ms msa,may,zsm Malay
mt mlt Maltese
my mya,bur Burmese
nb nob Norwegian
ne nep,npi Nepali
nl nld,dut Dutch
nn nno Norwegian Nynorsk
no nor Norwegian
or ori,ory Odia
pa pan Punjabi
pl pol Polish
ps pus,pbt Pashto
pt por Portuguese
qu que,quy Quechua
ro ron,rum Romanian
ru rus Russian
rw kin Kinyarwanda
sd snd Sindhi
si sin Sinhala
sk slk,slo Slovak
sl slv Slovenian
sn sna Shona
so som Somali
sq sqi,alb,als Albanian
sr srp Serbian
st sot Sesotho
su sun Sundanese
sv swe Swedish
sw swa,swh Swahili
ta tam Tamil
te tel Telugu
tg tgk Tajik
th tha Thai
ti tir Tigrinya
tk tuk Turkmen
tl tgl,fil Tagalog
tn tsn Tswana
tr tur Turkish
tt tat Tatar
ug uig Uyghur
uk ukr Ukrainian
ur urd Urdu
uz uzb,uzn Uzbek
vi vie Vietnamese
wo wol Wolof
xh xho Xhosa
yi yid,ydd Yiddish
yo yor Yoruba
zh zho,chi,cmn Chinese
zu zul Zulu
"""
_ENTRIES = [line.split(" ", 2) for line in _TABLE.strip().splitlines()]
_NAMES = {
    code: name for two, three, name in _ENTRIES for code in (two, *three.split(","), name.lower())
}
# A region or a script after the code: "en-US", "de_DE", "eng_Latn", "zh-Hans-CN".
_ADDITION = re.compile(r"[-_](?:[A-Za-z]{2}|[A-Za-z]{4}|\d{3})(?:[-_].*)?\Z")


def language_name(code: str) -> str | None:
    """Return the English name of a language by its code or name; None if it is unknown.

    "de", "deu_Latn", "de-AT" and "german" → "German"
    """
    text = code.strip()
    return _NAMES.get(text.lower()) or _NAMES.get(_ADDITION.sub("", text).lower())
