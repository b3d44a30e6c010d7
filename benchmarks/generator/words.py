"""The words of invented places and cooperations."""

from __future__ import annotations

STEMS = """Ahr Alt Amsel Apfel Asch Au Bach Bären Berg Birken Bisch Blanken Born Breiten Bruch Brunn Buch Burg Buchen
Dachs Dorn Eber Eck Eich Eis Elb Elster Erlen Esch Falken Feld Fichten Fisch Frauen Frei Fried Fuchs Garten Geis Gold
Grafen Gross Grün Gundel Hain Hahn Hammer Hasel Heide Heil Heim Herz Hirsch Hoch Hohen Holz Hopfen Horn Hütten Kalten
Kahl Kapel Karls Kirch Klein Kloster Königs Korn Kraut Kreuz Krumm Lahn Lang Lauter Leim Licht Lieben Linden Loh Löwen
Marien Markt Mittel Moor Moos Mühl Münster Nieder Nord Nuss Ober Ochsen Öl Oster Ost Otter Pfaffen Quell Raben Rauen
Reh Reichen Rhein Ried Rosen Rot Ruhr Salz Sand Schaf Scheid Schiefer Schilf Schlangen Schön Schwarz See Silber Sommer
Sonnen Spitz Stadt Stein Stern Stock Storch Süd Tal Tannen Tauben Teich Thal Trauben Ulmen Unter Vogel Wald Wasser
Weiden Wein Weiss Wenigen Wester Wiesen Wild Winter Wolfs Zell Ziegel Zwei""".split()
ENDS = """ach au bach beck berg beuren born brücken brunn buch büttel burg dorf eck feld felde fels furt gau graben
hagen hain hausen haven heim hofen holz horst ingen itz kirchen kuhl lage leben lingen loh low mar moor
mühle münde nau ow rade reuth ried rode roda scheid sen stadt stätten stedt stein tal thal unna walde weiler
werder wiesen winkel witz zell""".split()
BEFORE = ("Bad", "Groß", "Klein", "Neu", "Alt", "Hohen", "Sankt", "Markt")
BEHIND = ("am See", "im Tal", "an der Elbe", "(Harz)", "am Main", "an der Saale", "(Westerwald)", "auf der Höhe")

#: Task field → what people call the thing in titles. A field without words here uses its own name.
TASKS = {
    "01.01": ("Personalabrechnung", "Bezügeabrechnung"),
    "01.02": ("Finanzbuchhaltung", "Gemeindekasse", "Vollstreckung"),
    "01.03": ("Steueramt", "Abgabenveranlagung"),
    "01.04": ("Zentrale Vergabestelle", "Beschaffung"),
    "01.05": ("Rechnungsprüfungsamt",),
    "01.06": ("Datenschutzbeauftragte", "Rechtsberatung"),
    "01.07": ("Gebäudemanagement",),
    "01.08": ("Bauhof", "Fuhrpark", "Gemeinsamer Betriebshof"),
    "01.09": ("Fördermittelmanagement",),
    "01.11": ("Fachkräftegewinnung", "Ausbildungsverbund"),
    "01.12": ("Kreis- und Stadtarchiv", "Zwischenarchiv"),
    "02.01": ("E-Akte", "Onlinezugang", "Digitale Verwaltung"),
    "02.02": ("Rechenzentrum", "IT-Betrieb", "Kommunale Datenverarbeitung"),
    "02.03": ("Informationssicherheit", "Cyberabwehr"),
    "02.05": ("Geodatenportal", "Smart Region"),
    "02.06": ("Breitbandausbau", "Glasfaser"),
    "03.01": ("Bürgerbüro", "Meldewesen"),
    "03.02": ("Standesamt", "Standesamtsbezirk"),
    "03.03": ("Kfz-Zulassung",),
    "03.04": ("Wohngeldstelle",),
    "03.07": ("Behördenrufnummer 115", "Servicecenter"),
    "04.01": ("Leitstelle", "Integrierte Leitstelle"),
    "04.02": ("Rettungsdienst", "Rettungsdienstbereich"),
    "04.03": ("Feuerwehrbedarfsplanung", "Atemschutzwerkstatt", "Feuerwehr"),
    "04.04": ("Katastrophenschutz", "Katastrophenschutzlager"),
    "05.01": ("Kriminalprävention",),
    "05.02": ("Ordnungsdienst", "Verkehrsüberwachung"),
    "05.05": ("Lebensmittelüberwachung", "Veterinäramt"),
    "06.01": ("Regionalentwicklung", "LEADER-Region", "Regionalmanagement"),
    "06.02": ("Wirtschaftsförderung", "Standortmarketing"),
    "06.03": ("Tourismus", "Radwanderweg", "Tourismusverband"),
    "06.04": ("Gewerbegebiet", "Gewerbepark", "Industriepark"),
    "06.05": ("Bauleitplanung", "Gutachterausschuss", "Flächennutzungsplan"),
    "06.06": ("Wohnungsbau", "Städtebauförderung"),
    "07.01": ("Wasserversorgung", "Wasserbeschaffung", "Trinkwasser"),
    "07.02": ("Abwasserbeseitigung", "Kläranlage", "Klärschlammverwertung"),
    "07.03": ("Abfallwirtschaft", "Wertstoffhof", "Bioabfall"),
    "07.04": ("Klimaschutz", "Wärmeplanung", "Windpark", "Nahwärme"),
    "08.01": ("Nahverkehr", "Schülerbeförderung", "Verkehrsverbund", "Rufbus"),
    "08.02": ("Winterdienst", "Straßenunterhaltung", "Straßenbeleuchtung"),
    "08.03": ("Radschnellweg", "Carsharing"),
    "09.01": ("Hochwasserschutz", "Gewässerunterhaltung", "Starkregenvorsorge"),
    "09.02": ("Naturpark", "Landschaftspflege", "Forstbetrieb"),
    "09.03": ("Friedhofsverwaltung", "Ruheforst"),
    "10.01": ("Jobcenter",),
    "10.02": ("Integration", "Flüchtlingsunterkunft"),
    "10.03": ("Pflegestützpunkt", "Seniorenberatung"),
    "10.04": ("Frauenhaus",),
    "11.01": ("Kindertagesstätte", "Kita-Bedarfsplanung", "Kinderkrippe"),
    "11.02": ("Jugendpflege", "Jugendzentrum"),
    "12.01": ("Schulverband", "Grundschule", "Gemeinschaftsschule", "Schul-IT"),
    "12.02": ("Volkshochschule", "Musikschule"),
    "12.03": ("Bibliotheksverbund", "Stadtbibliothek"),
    "13.01": ("Theater", "Heimatmuseum", "Kulturbüro"),
    "13.02": ("Hallenbad", "Freibad", "Sportzentrum"),
    "14.01": ("Gesundheitsamt",),
    "14.02": ("Medizinisches Versorgungszentrum", "Klinikverbund"),
    "99.01": ("Verwaltungsgemeinschaft", "Verwaltungskooperation"),
    "99.02": ("Fusionsvorbereitung",),
}
#: ``task``, ``place`` (the district), ``one`` and ``two`` (names of participants).
TITLES = (
    "{task} {place}",
    "{task} {place}",
    "{task} {one} – {two}",
    "{task} {one} und {two}",
    "Interkommunale Zusammenarbeit {task} {place}",
    "Kooperation {task} {one}",
    "Verbund {task} {place}",
    "Arbeitskreis {task} {one} – {two}",
    "Gemeinsame Aufgabe: {task} in {one}",
)
ASSOCIATION_TITLES = ("Zweckverband {task} {place}", "Zweckverband {task} {one} – {two}", "Verband {task} {one}")

SENTENCES = (
    "Die beteiligten Gemeinden nehmen die Aufgabe {task} gemeinsam wahr und teilen die Kosten nach Einwohnern.",
    "{one} übernimmt die Aufgabe für {two} und weitere Gemeinden im Raum {place}.",
    "Ziel ist eine wirtschaftliche und verlässliche Aufgabenerfüllung trotz knapper Kassen.",
    "Die Zusammenarbeit begann mit einem Modellvorhaben und wurde später auf Dauer gestellt.",
    "Ein gemeinsamer Ausschuss der Bürgermeisterinnen und Bürgermeister entscheidet über den Haushalt.",
    "Das Personal ist in {one} angestellt; die Partner erstatten anteilig.",
    "Geplant ist, weitere Kommunen aufzunehmen.",
    "Die technische Ausstattung wurde vom Land gefördert.",
    "Ansprechpartner ist die Hauptverwaltung in {one}.",
    "Grundlage ist das Gesetz über kommunale Zusammenarbeit.",
    "Die Vertretung bei Urlaub und Krankheit ist dadurch gesichert.",
    "Für Bürgerinnen und Bürger bleiben die Wege kurz, die Öffnungszeiten werden länger.",
    "Die Räte haben dem Vertrag einstimmig zugestimmt.",
    "Eine Auswertung nach fünf Jahren ist vereinbart.",
)
REGIONS = ("Nord", "Süd", "Ost", "West", "Mitte")
PROGRAMMES = ("Interkommunale Zusammenarbeit", "Leitbild Zukunft Kommune", "Digitale Dörfer", "Regionalbudget")
BODIES = (
    ("state_ministry", "Ministerium für Inneres und Kommunales"),
    ("state_authority", "Landesverwaltungsamt"),
    ("police_authority", "Polizeipräsidium"),
    ("university", "Hochschule für Verwaltung"),
    ("association", "Förderverein Regionalentwicklung"),
    ("special_purpose_association", "Wasserverband"),
    ("cost_bearer", "Krankenkassenverband"),
    ("facility", "Klinikum"),
    ("company", "Stadtwerke"),
    ("other", "Beratungsstelle"),
)
EVENT_WORDS = {
    "meeting": "Arbeitstreffen",
    "signing": "Unterzeichnung",
    "founding": "Gründung",
    "visit": "Besuch",
    "accession": "Beitritt",
    "other": "Jubiläum",
}
