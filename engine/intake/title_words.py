"""Words of job titles: abbreviations, gender forms, and words that do not change the occupation."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ABBREVIATIONS = {
    word: tuple(meaning.split())
    for line in """
acctg accounting|accts accounts|adj adjuster|adjunct adjunct instructor|adm administrative
admin administrative|aff affairs|agm assistant general manager|agt agent
ai artificial intelligence|analyt analyst|anlst analyst|anlyst analyst|ap accounts payable
app application|appr apprentice|apprent apprentice|apps applications|aprn nurse practitioner
ar accounts receivable|arch architect|asm assistant store manager|asmblr assembler
assembl assembler|assist assistant|assm assembler|asso associate|assoc associate|asst assistant
ast assistant|attdt attendant|attend attendant|attnd attendant|attndt attendant|attny attorney
atty attorney|auto automotive|aux auxiliary|avp vice president|bcba behavior analyst
bdm business development manager|bdr business development representative|bev beverage
bi business intelligence|bio biological|biomed biomedical|bkpr bookkeeper|bld building
bldg building|bldr builder|bookkpr bookkeeper|brd board|buss business|cad computer aided design
ccu critical care|cdl truck driver|ceo chief executive officer|cert certified
cfo chief financial officer|chem chemical|chf chief|chg charge|chro chief human resources officer
cio chief information officer|ciso chief information security officer|clin clinical|clk clerk
clrk clerk|cma certified medical assistant|cmo chief marketing officer
cna certified nursing assistant|cnc cnc|cnm nurse midwife|cnslr counselor|cntr center
coll collections|comm communications|comms communications|commun communications|comp computer
conf conference|cons consultant|const construction|constn construction|constr construction
consult consultant|contr controller|coo chief operating officer|coor coordinator|coord coordinator
coordr coordinator|corp corporate|corr correctional|couns counselor|crim criminal
crna nurse anesthetist|crt respiratory therapist|csr customer service representative
cst surgical technologist|cstmr customer|cto chief technology officer|ctr center|cust customer
custsvc customer service|dba database administrator|dbl double|dds dentist|ded dedicated
del delivery|deliv delivery|dent dental|dep deputy|dept department|desgn design|desgnr designer
det detective|dev developer|devel developer|devlpr developer|devt development|dir director
dirctr director|disp dispatcher|dispatch dispatcher|dist distribution|distr distribution
div division|dmd dentist|dr doctor|drv driver|drvr driver|dsgn design|dsgnr designer
dsp direct support professional|dvlpr developer|dvm veterinarian|ece early childhood education
ed education|educ education|edv informatik|ehs health safety|ekg electrocardiograph
elec electrical|elect electrical|elem elementary|emer emergency|emerg emergency|empl employment
emt emergency medical technician|enginr engineer|engnr engineer|engr engineer|engrg engineering
env environmental|envir environmental|environ environmental|eqp equipment|eqpt equipment
equip equipment|er emergency room|esl english language|est estimator|evp executive vice president
evs housekeeping cleaner|exe executive|exec executive|exp experience|fab fabricator
fabr fabricator|fac facilities|facil facilities|fd food|ff firefighter|fin financial|flr floor
fnl financial|fnp family nurse practitioner|foren forensic|fpa financial planning analysis
frgt freight|frt freight|fulfil fulfillment|gen general|genl general
gis geographic information systems|gm general manager|gov government|govt government|grp group
hdwr hardware|hha home health aide|him health information|hlth health|hosp hospital
hr human resources|hrbp human resources business partner|hse health safety|hsekpg housekeeping
hskp housekeeping|hskpg housekeeping|hskpr housekeeper|hvac heating air conditioning|hw hardware
hwy highway|icu intensive care|info information|infosec information security|inpt inpatient
ins insurance|insp inspector|inspctr inspector|inst instructor|instr instructor|instrum instrument
inv inventory|inventry inventory|invest investment|jman journeyman|jrnyman journeyman
kam key account manager|kfz kraftfahrzeug|kitch kitchen|lab laboratory|labr laborer|lbr laborer
lcsw clinical social worker|ld lead|ldr leader|ldscp landscape|leo police officer|lgl legal
lib library|libr librarian|lic licensed|lkw lastkraftwagen|lmsw social worker|log logistics
logist logistics|lpn licensed practical nurse|lvn licensed vocational nurse|mach machine
maint maintenance|maintce maintenance|maintn maintenance|mat material|matl material
matls materials|mdse merchandise|mech mechanic|mechl mechanical|med medical|merch merchandiser
mfa medizinische fachangestellte|mfg manufacturing|mfr manufacturer|mgmt management|mgr manager
mgrs managers|mgt management|mkr maker|mkt market|mktg marketing|mkting marketing
ml machine learning|mls medical laboratory scientist|mlt medical laboratory technician
mngmt management|mngr manager|mntnc maintenance|mo month|mri magnetic resonance imaging
mstr master|msw social worker|mtce maintenance|natl national|netwk network
nicu neonatal intensive care|np nurse practitioner|nrs nurse|nrsg nursing|nsg nursing|ntwk network
ntwrk network|nurs nurse|ofc office|ofcr officer|offc office|offcr officer|offr officer
oper operator|opertr operator|opns operations|opr operator|ops operations|optr operator
orth orthopedic|ortho orthopedic|otr truck driver|outpt outpatient|paint painter|para teacher aide
paraeducator teacher aide|pca personal care aide|pct patient care technician
pcw personal care worker|ped pediatric|peds pediatric|perf performance|pers personnel
persnl personnel|pharm pharmacy|pharmd pharmacist|phleb phlebotomist|phys physical|physn physician
pkg packaging|pkgng packaging|pkgr packager|plng planning|plnr planner|pm project manager
pmo project management|pmt payment|pol police|ppc search engine marketing|pr public relations
prdn production|prep preparation|prg program|prgm program|prgmr programmer|prgrmr programmer
prj project|proc process|procmt procurement|procs processor|prod production|prodn production
prof professional|prog program|progmr programmer|proj project|promo promotions|psych psychiatric
pub public|purch purchasing|purchg purchasing|qa quality assurance|qc quality control|qlty quality
qual quality|rad radiologic|radiol radiology|rbt behavior technician|rcvg receiving|rec receiving
recep receptionist|recept receptionist|recg receiving|recpt receptionist|recr recruiter
recv receiving|reg regional|regl regional|rehab rehabilitation|rel relations|rels relations
rep representative|repr representative|reps representatives|res research|resp respiratory
resrch research|rest restaurant|ret retail|rev revenue|rma medical assistant|rn registered nurse
rph pharmacist|rrhh recursos humanos|rrt respiratory therapist|rsch research|rsrch research
sanit sanitation|sch school|sci scientist|scien scientist|sde software engineer
sdet software test engineer|sdr sales development representative|sec secretary|sect secretary
secty secretary|secy secretary|sem search engine marketing|seo search engine optimization
serv service|sftwr software|shp shipping|shpg shipping|slp speech language pathologist|sls sales
slsprsn salesperson|soc social|spcl special|spclst specialist|spclt specialist
spd sterile processing|spec specialist|specl specialist|sped special education|splst specialist
spv supervisor|spvr supervisor|sre site reliability engineer|srv service|srvc service
srvcs services|stna nursing assistant|sup supervisor|super supervisor|supp support|suppt support
supr supervisor|suprv supervisor|suprvsr supervisor|supt superintendent|supv supervisor
supvr supervisor|surg surgical|svc service|svcs services|svp senior vice president|sw software
swe software engineer|sys systems|sysadmin systems administrator|syst systems
ta talent acquisition|tch teacher|tchr teacher|teach teacher|tec technician|tech technician
techn technician|techncn technician|technol technologist|tel telephone|telecom telecommunications
ther therapist|therap therapist|thrpst therapist|ti informática|tlr teller|tm team member
trans transportation|transp transportation|transport transportation|treas treasurer|trk truck
trng training|trnr trainer|ui user interface|univ university|util utility|utl utility
ux user experience|veh vehicle|vet veterinary|voc vocational|vol volunteer|vp vice president
warehs warehouse|wh warehouse|whs warehouse|whse warehouse|wkr worker|wrhse warehouse|wrkr worker
wtr waiter|wwtp wastewater treatment plant|xray radiologic|yd yard
zfa zahnmedizinische fachangestellte
""".strip()
    .replace("\n", "|")
    .split("|")
    for word, _, meaning in [line.strip().partition(" ")]
}
"""Abbreviation -> the words that it usually stands for in a job title."""

BEFORE_A_NOUN = {
    "acct": ("accountant", "account"),
    "act": ("accountant", "account"),
    "eng": ("engineer", "engineering"),
    "mech": ("mechanic", "mechanical"),
    "op": ("operator", "operations"),
    "prod": ("production", "production"),
    "elec": ("electrician", "electrical"),
    "dev": ("developer", "development"),
    "admin": ("administrator", "administrative"),
    "tech": ("technician", "technical"),
    "insp": ("inspector", "inspection"),
    "maint": ("maintenance worker", "maintenance"),
    "sci": ("scientist", "science"),
    "trng": ("training", "training"),
    "consult": ("consultant", "consulting"),
    "pharm": ("pharmacist", "pharmacy"),
    "comp": ("compensation", "compensation"),
    "fab": ("fabricator", "fabrication"),
    "sec": ("secretary", "security"),
    "ins": ("insurance", "insurance"),
    "nrsg": ("nursing", "nursing"),
    "disp": ("dispatcher", "dispatch"),
    "dispatch": ("dispatcher", "dispatch"),
    "prep": ("preparation", "preparation"),
}
"""Abbreviation -> what it stands for as the last word, and before another word."""

TWO_WORDS = {
    "r n": "registered nurse",
    "b i": "business intelligence",
    "q a": "quality assurance",
    "q c": "quality control",
    "h r": "human resources",
    "i t": "information technology",
    "a p": "accounts payable",
    "a r": "accounts receivable",
    "a c": "air conditioning",
    "f b": "food beverage",
    "l d": "learning development",
    "r d": "research development",
    "p l": "profit loss",
    "o r": "operating room",
    "e r": "emergency room",
    "x ray": "radiologic",
    "w w": "wastewater",
    "t d": "transmission distribution",
    "f b s": "food beverage service",
}
"""Two letters, once punctuation is gone -> the words that they stand for."""

LEVELS = _words(
    """
    sr snr senior jr jnr junior i ii iii iv v vi vii 1st lvl level grade gr tier band class step
    entry mid intermediate l1 l2 l3 l4 l5 ic1 ic2 ic3 ic4 ic5 e1 e2 e3 e4 e5 p1 p2 p3 p4 t1 t2 t3
    """
)
"""Words that say how senior somebody is, which rarely changes the occupation."""

CIRCUMSTANCES = _words(
    """
    ft prn fte pte temp temporary seasonal casual contract perm permanent hourly salaried exempt
    nonexempt remote hybrid onsite offsite wfh days nights eves evenings weekend weekends overnight
    overnights shifts 1st 2nd 3rd swing pool per diem oncall bilingual parttime fulltime
    hours hrs week wk tz vz teilzeit vollzeit minijob befristet unbefristet nachtdienst schicht
    turno noche tarde mañana jornada parcial completa temporal cdi cdd alternance
    """
)
"""Words of shift, hours, contract and place of work."""

GENDERS = _words("m w d f h x mwd wmd mfd mwx fhx mf fm hf fh gn divers all genders")
"""Single letters and words that stand for who may apply, as in ``(m/w/d)``."""

STOP_WORDS = _words(
    """
    a an and at by for from in of on or other the to with der die das des dem den ein eine fur im
    und von vom zu zum zur mit am auf als bei oder y e o u de del el la las lo los en para por con
    et ou du le les aux au pour sur dans
    """
)
"""Words without a meaning of their own, without accents."""

UNCHANGED = _words(
    """
    camera opera operas america african canada replica martin clinica fabrica musica informatica
    electronica mecanica quimica fisica logistica primaria secundaria cafeteria criteria aria
    """
)
"""Words that end like that of a woman in a job, but are none."""
