package scenes

import (
	"example.org/totem/booking"
)

// many are the services of an office that has more than a screen holds, some of them with long names.
func many() []booking.Service {
	return []booking.Service{
		service("identity", "pensions",
			ten("Pensioni", "Pensions", "Renten", "Retraites", "Pensiones", "Pensii",
				"Пенсії", "المعاشات", "পেনশন", "养老金"),
			ten("domande, calcoli e pagamenti", "claims, estimates and payments", "Anträge, Berechnungen, Zahlungen", "demandes, calculs et paiements", "solicitudes, cálculos y pagos", "cereri, calcule și plăți",
				"заяви, розрахунки та виплати", "طلبات وحسابات ومدفوعات", "আবেদন, হিসাব ও অর্থপ্রদান", "申请、核算与发放")),
		service("papers", "statement",
			ten("Estratto contributi", "Contribution statement", "Versicherungsverlauf", "Relevé de carrière", "Vida laboral", "Extras de contribuții",
				"Виписка про внески", "كشف الاشتراكات", "চাঁদার বিবরণী", "缴费记录"),
			ten("verifica e correzione", "check and correction", "Prüfung und Berichtigung", "vérification et correction", "comprobación y corrección", "verificare și corectare",
				"перевірка та виправлення", "مراجعة وتصحيح", "যাচাই ও সংশোধন", "核对与更正")),
		service("papers", "invalidity",
			ten("Invalidità civile", "Civilian invalidity", "Invaliditätsleistungen", "Invalidité civile", "Invalidez civil", "Invaliditate civilă",
				"Інвалідність", "العجز المدني", "প্রতিবন্ধিতা ভাতা", "残疾福利"),
			ten("domande e verbali", "claims and reports", "Anträge und Bescheide", "demandes et décisions", "solicitudes y dictámenes", "cereri și decizii",
				"заяви та висновки", "طلبات ومحاضر", "আবেদন ও প্রতিবেদন", "申请与鉴定书")),
		service("papers", "leave",
			ten("Permessi per disabilità", "Disability leave", "Pflegefreistellung", "Congés pour handicap", "Permisos por discapacidad", "Concediu pentru handicap",
				"Відпустка з інвалідності", "إجازات الإعاقة", "প্রতিবন্ধিতা ছুটি", "残疾照护假"),
			ten("per sé o per un familiare", "for yourself or a relative", "für sich oder Angehörige", "pour soi ou pour un proche", "para sí o para un familiar", "pentru sine sau o rudă",
				"для себе або родича", "للنفس أو لأحد الأقارب", "নিজের বা আত্মীয়ের জন্য", "本人或亲属")),
		service("residence", "children",
			ten("Assegno per i figli", "Child benefit", "Kindergeld", "Allocations familiales", "Ayuda por hijos", "Alocație pentru copii",
				"Допомога на дітей", "إعانة الأطفال", "শিশু ভাতা", "子女津贴"),
			ten("domande e variazioni", "claims and changes", "Anträge und Änderungen", "demandes et changements", "solicitudes y cambios", "cereri și modificări",
				"заяви та зміни", "طلبات وتغييرات", "আবেদন ও পরিবর্তন", "申请与变更")),
		service("residence", "jobless",
			ten("Disoccupazione", "Unemployment", "Arbeitslosengeld", "Chômage", "Desempleo", "Șomaj",
				"Безробіття", "البطالة", "বেকারত্ব ভাতা", "失业救济"),
			ten("indennità e comunicazioni", "benefit and notices", "Leistungen und Meldungen", "indemnités et déclarations", "prestaciones y comunicaciones", "indemnizații și comunicări",
				"допомога та повідомлення", "إعانات وإخطارات", "ভাতা ও বিজ্ঞপ্তি", "津贴与申报")),
		service("residence", "maternity",
			ten("Maternità e paternità", "Maternity and paternity", "Mutterschaft, Vaterschaft", "Maternité et paternité", "Maternidad y paternidad", "Maternitate și paternitate",
				"Материнство й батьківство", "الأمومة والأبوة", "মাতৃত্ব ও পিতৃত্ব", "生育与陪产"),
			ten("congedi e indennità", "leave and benefits", "Elternzeit und Leistungen", "congés et indemnités", "permisos y prestaciones", "concedii și indemnizații",
				"відпустки та допомога", "إجازات وإعانات", "ছুটি ও ভাতা", "假期与津贴")),
		service("status", "household",
			ten("Lavoro domestico", "Domestic work", "Hausangestellte", "Emploi à domicile", "Empleo doméstico", "Muncă casnică",
				"Домашні працівники", "العمل المنزلي", "গৃহকর্ম", "家政用工"),
			ten("assunzioni e contributi", "hiring and contributions", "Anmeldung und Beiträge", "embauche et cotisations", "contratación y cotizaciones", "angajare și contribuții",
				"прийняття та внески", "توظيف واشتراكات", "নিয়োগ ও চাঁদা", "雇用与缴费")),
		service("votes", "access",
			ten("Credenziali di accesso", "Online access", "Online-Zugang", "Accès en ligne", "Acceso en línea", "Acces online",
				"Онлайн-доступ", "بيانات الدخول", "অনলাইন প্রবেশ", "网上登录"),
			ten("attivazione e aiuto", "activation and help", "Freischaltung und Hilfe", "activation et aide", "activación y ayuda", "activare și ajutor",
				"активація та допомога", "تفعيل ومساعدة", "চালু করা ও সহায়তা", "开通与帮助")),
		service("identity", "survivors",
			ten("Pensione ai superstiti", "Survivor's pension", "Hinterbliebenenrente", "Pension de réversion", "Pensión de viudedad", "Pensie de urmaș",
				"Пенсія у разі втрати", "معاش الورثة", "উত্তরজীবী পেনশন", "遗属养老金"),
			ten("domande e arretrati", "claims and arrears", "Anträge und Nachzahlungen", "demandes et arriérés", "solicitudes y atrasos", "cereri și restanțe",
				"заяви та доплати", "طلبات ومتأخرات", "আবেদন ও বকেয়া", "申请与补发")),
		service("identity", "abroad",
			ten("Convenzioni internazionali", "International agreements", "Arbeitszeiten im Ausland", "Carrière à l'étranger", "Convenios internacionales", "Acorduri internaționale",
				"Міжнародні угоди", "الاتفاقيات الدولية", "আন্তর্জাতিক চুক্তি", "国际协定"),
			ten("periodi di lavoro all'estero", "periods of work abroad", "Zeiten in anderen Ländern", "périodes de travail à l'étranger", "periodos de trabajo en el extranjero", "perioade de muncă în străinătate",
				"праця за кордоном", "فترات العمل في الخارج", "বিদেশে কাজের সময়", "境外工作期间")),
		service("status", "farming",
			ten("Lavoro agricolo", "Farm work", "Landarbeit", "Travail agricole", "Trabajo agrícola", "Muncă agricolă",
				"Сільське господарство", "العمل الزراعي", "কৃষিকাজ", "农业劳动"),
			ten("elenchi e disoccupazione agricola", "registers and benefit", "Verzeichnisse und Leistungen", "listes et chômage agricole", "listas y desempleo agrario", "liste și șomaj agricol",
				"реєстри та допомога", "السجلات والإعانات", "তালিকা ও ভাতা", "名册与津贴")),
		service("status", "self",
			ten("Artigiani e commercianti", "Craftspeople and traders", "Handwerk und Handel", "Artisans et commerçants", "Artesanos y comerciantes", "Meșteșugari și comercianți",
				"Ремісники й торговці", "الحرفيون والتجار", "কারিগর ও ব্যবসায়ী", "手工业者与商户"),
			ten("iscrizioni e versamenti", "registration and payments", "Anmeldung und Zahlungen", "inscription et versements", "altas y pagos", "înscriere și plăți",
				"реєстрація та сплата", "تسجيل ودفعات", "নিবন্ধন ও পরিশোধ", "登记与缴款")),
		service("votes", "other",
			ten("Altre pratiche", "Other matters", "Andere Anliegen", "Autres démarches", "Otros trámites", "Alte probleme",
				"Інші питання", "معاملات أخرى", "অন্যান্য বিষয়", "其他事项"),
			ten("prima informazione", "first information", "erste Auskunft", "premiers renseignements", "primera información", "primă informare",
				"перша довідка", "معلومات أولية", "প্রাথমিক তথ্য", "初步咨询")),
	}
}

// Crowd returns the office with the first n of many other services, 14 at most.
func Crowd(o booking.Office, n int) booking.Office {
	o.Services = many()[:n]
	return o
}

func (p *play) crowd(n int) {
	p.move(Crowd(Office(), n))
}
