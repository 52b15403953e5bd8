package scenes

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// tongues are the languages of the office, its own first.
func tongues() []locale.Lang {
	return []locale.Lang{"it", "en", "de", "fr", "es", "ro", "uk", "ar", "bn", "zh"}
}

// ten is a text in all tongues, in their order.
func ten(words ...string) locale.Text {
	text := locale.Text{}
	for i, l := range tongues() {
		text[l] = words[i]
	}
	return text
}

func service(q booking.QueueID, id booking.ServiceID, name, detail locale.Text) booking.Service {
	return booking.Service{ID: id, Queue: q, Name: name, Detail: detail}
}

// Office returns the office of all scenes, which speaks all ten languages. It is invented.
func Office() booking.Office {
	morning := []booking.Span{{From: 8*60 + 30, To: 13 * 60}}
	services := services()
	services[0].Bring = bring()
	return booking.Office{
		ID: "registry", Zone: "Europe/Rome",
		Name: ten("Anagrafe di Valfiorita", "Valfiorita Registry Office", "Einwohneramt Valfiorita", "État civil de Valfiorita",
			"Registro de Valfiorita", "Evidența populației Valfiorita", "Реєстраційна служба Вальфіорити",
			"مكتب السجل المدني في فالفيوريتا", "ভালফিওরিতা নিবন্ধন দপ্তর", "瓦尔菲奥里塔户籍处"),
		Place: ten("piazza del Municipio 1, piano terra", "piazza del Municipio 1, ground floor", "piazza del Municipio 1, Erdgeschoss",
			"piazza del Municipio 1, rez-de-chaussée", "piazza del Municipio 1, planta baja", "piazza del Municipio 1, parter",
			"piazza del Municipio 1, перший поверх", "piazza del Municipio 1، الطابق الأرضي",
			"piazza del Municipio 1, নিচতলা", "piazza del Municipio 1，一楼"),
		Waiting: ten("sala d'attesa al piano terra", "waiting room on the ground floor", "Warteraum im Erdgeschoss",
			"salle d'attente au rez-de-chaussée", "sala de espera en la planta baja", "sala de așteptare la parter",
			"зала очікування на першому поверсі", "قاعة الانتظار في الطابق الأرضي", "নিচতলার অপেক্ষা কক্ষ", "一楼等候室"),
		Emblem:    "CV",
		Languages: tongues(),
		Controller: privacy.Controller{
			Name: "Comune di Valfiorita", Address: "piazza del Municipio 1, Valfiorita", Email: "anagrafe@valfiorita.example",
			PEC: "protocollo@pec.valfiorita.example", Phone: "000 000 0000", DPO: "protezione.dati@valfiorita.example",
		},
		Hours:    booking.Hours{Week: [7][]booking.Span{nil, morning, morning, morning, morning, morning, morning}},
		Lead:     4 * time.Minute,
		Queues:   queues(),
		Services: services,
	}
}

func queues() []booking.Queue {
	var queues []booking.Queue
	for i, id := range []booking.QueueID{"identity", "papers", "residence", "status", "votes"} {
		p := string(rune('A' + i))
		queues = append(queues, booking.Queue{ID: id, Prefix: p, Length: 10 * time.Minute, Label: ten(
			"Sportelli "+p, "Desks "+p, "Schalter "+p, "Guichets "+p, "Ventanillas "+p, "Ghișee "+p,
			"Вікна "+p, "الشبابيك "+p, "কাউন্টার "+p, p+" 窗口")})
	}
	return queues
}

func services() []booking.Service {
	return []booking.Service{
		service("identity", "identity",
			ten("Carta d'identità", "Identity card", "Personalausweis", "Carte d'identité", "Carné de identidad", "Carte de identitate",
				"Посвідчення особи", "بطاقة الهوية", "পরিচয়পত্র", "身份证"),
			ten("rilascio e rinnovo", "issue and renewal", "Ausstellung und Verlängerung", "délivrance et renouvellement", "expedición y renovación", "eliberare și reînnoire",
				"видача та поновлення", "إصدار وتجديد", "ইস্যু ও নবায়ন", "办理与换发")),
		service("papers", "papers",
			ten("Certificati", "Certificates", "Bescheinigungen", "Certificats", "Certificados", "Certificate",
				"Довідки", "الشهادات", "সনদপত্র", "证明文件"),
			ten("anagrafici e di stato civile", "population and civil status records", "Melde- und Personenstandsurkunden", "domicile et état civil", "padrón y registro civil", "evidență și stare civilă",
				"реєстраційні та цивільного стану", "القيد والأحوال المدنية", "নিবন্ধন ও নাগরিক অবস্থা", "户籍与民事登记")),
		service("residence", "residence",
			ten("Cambio di residenza", "Change of residence", "Wohnsitzwechsel", "Changement de résidence", "Cambio de residencia", "Schimbarea domiciliului",
				"Зміна місця проживання", "تغيير محل الإقامة", "বাসস্থান পরিবর্তন", "变更住址"),
			ten("iscrizioni e cambi di indirizzo", "registration and new address", "Anmeldung und neue Adresse", "inscription et nouvelle adresse", "altas y cambios de dirección", "înregistrare și adresă nouă",
				"реєстрація та нова адреса", "تسجيل وتغيير العنوان", "নিবন্ধন ও নতুন ঠিকানা", "登记与地址变更")),
		service("status", "status",
			ten("Stato civile", "Civil status", "Personenstand", "État civil", "Registro civil", "Stare civilă",
				"Цивільний стан", "الأحوال المدنية", "নাগরিক অবস্থা", "民事登记"),
			ten("nascite, unioni, cittadinanza", "births, unions, citizenship", "Geburt, Ehe, Staatsangehörigkeit", "naissances, unions, citoyenneté", "nacimientos, uniones, ciudadanía", "nașteri, căsătorii, cetățenie",
				"народження, шлюб, громадянство", "المواليد والزواج والجنسية", "জন্ম, বিবাহ, নাগরিকত্ব", "出生、婚姻、国籍")),
		service("votes", "votes",
			ten("Elettorale", "Elections", "Wahlen", "Élections", "Elecciones", "Alegeri",
				"Вибори", "الانتخابات", "নির্বাচন", "选举"),
			ten("tessere e liste", "voter cards and rolls", "Wahlausweise und Wählerlisten", "cartes et listes électorales", "tarjetas y censo electoral", "cartele și liste electorale",
				"посвідчення та списки виборців", "بطاقات وقوائم الناخبين", "ভোটার কার্ড ও তালিকা", "选民证与选民名册")),
	}
}

// bring is what the first service needs.
func bring() locale.Text {
	return ten("vecchio documento, una fototessera, tessera sanitaria", "old document, a photograph, health card",
		"alter Ausweis, ein Passfoto, Gesundheitskarte", "ancien document, une photo d'identité, carte de santé",
		"documento antiguo, una foto, tarjeta sanitaria", "actul vechi, o fotografie, cardul de sănătate",
		"старий документ, фотографія, медична картка", "الوثيقة القديمة، صورة شخصية، البطاقة الصحية",
		"পুরোনো পরিচয়পত্র, একটি ছবি, স্বাস্থ্য কার্ড", "旧证件、一张照片、医保卡")
}

// offers are those of the morning: the first queue has so many times, some of them gone to others; the last has none.
func (p *play) offers(times int) []kiosk.Offer {
	row := func(q booking.QueueID, prefix string, first, n, places int, from time.Time, gone ...int) kiosk.Offer {
		o := kiosk.Offer{Key: booking.SheetKey{Office: "registry", Queue: q, Day: booking.DayOf(from, p.zone)}}
		for i := range n {
			t := kiosk.Time{
				Start: from.Add(time.Duration(i) * 10 * time.Minute), Number: booking.NewNumber(prefix, first+i), Places: places,
			}
			for _, g := range gone {
				if g == i {
					t.Number, t.Places = "", 0
				}
			}
			o.Times = append(o.Times, t)
		}
		return o
	}
	return []kiosk.Offer{
		row("identity", "A", 12, times, 1, p.at(9, 50), 2, 5),
		row("papers", "B", 20, 11, 2, p.at(9, 45)),
		row("residence", "C", 4, 3, 1, p.at(11, 10)),
		row("status", "D", 7, 6, 1, p.at(10, 20)),
		row("votes", "E", 1, 0, 0, p.at(9, 0)),
	}
}

// ticket is what the citizen was given: without a time where the clock is unknown.
func (p *play) ticket() kiosk.Ticket {
	t := p.timed()
	if p.noClock {
		t.Start = time.Time{}
	}
	return t
}

func (p *play) timed() kiosk.Ticket {
	return kiosk.Ticket{
		Job: 7, Key: booking.SheetKey{Office: "registry", Queue: "identity", Day: booking.DayOf(p.now, p.zone)},
		Number: "A012", Start: p.at(9, 50), Code: code, Label: p.office.Services[0].Name,
	}
}
