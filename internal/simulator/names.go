package simulator

import "fmt"

// culture is where a name comes from: any of its given names goes with any of its family names.
type culture struct{ given, family []string }

// cultures are the people of a large town. The more names one has, the more people bear them.
var cultures = []culture{
	{
		[]string{
			"Alice", "Arthur", "Beatrice", "Callum", "Clara", "Dominic", "Edith", "Edmund", "Eleanor", "Felix", "Florence", "Frances",
			"Gareth", "Georgina", "Harriet", "Hugh", "Imogen", "Ivor", "Jasper", "Josephine", "Leonard", "Lydia", "Martin", "Matilda",
			"Miriam", "Nigel", "Norah", "Oliver", "Patrick", "Penelope", "Philippa", "Ralph", "Rosalind", "Rupert", "Sylvia", "Theodore",
			"Ursula", "Verity", "Walter", "Winifred",
		},
		[]string{
			"Aldridge", "Ashworth", "Barnaby", "Bickerton", "Blythe", "Brackley", "Cawthorne", "Chadwell", "Colebrook", "Cresswell",
			"Darnley", "Dunmore", "Eastwick", "Ellerby", "Fairbrother", "Fenwick", "Garside", "Hartnell", "Haverley", "Hollis",
			"Ingham", "Kettering", "Lambourne", "Larkin", "Marchbank", "Mossop", "Netherby", "Oakden", "Pemberley", "Penrose",
			"Quayle", "Ravensdale", "Rowntree", "Selwood", "Stanway", "Thistleton", "Tolland", "Underhill", "Wetherby", "Yardley",
		},
	},
	{
		[]string{"Aoife", "Brendan", "Catriona", "Ciara", "Declan", "Eilidh", "Fergus", "Fiona", "Hamish", "Isla", "Niamh", "Rhona", "Rory", "Siobhan"},
		[]string{"Brannigan", "Carmody", "Dalgleish", "Farquhar", "Gilchrist", "Kinsella", "Lafferty", "Mackinlay", "Nolan", "Ogilvie", "Rafferty", "Strachan", "Tierney", "Urquhart"},
	},
	{
		[]string{"Carys", "Dafydd", "Elin", "Emrys", "Ffion", "Gwyneth", "Huw", "Mair", "Rhys", "Tegan"},
		[]string{"Brychan", "Cadwallader", "Gethin", "Llewellyn", "Maddocks", "Penry", "Prosser", "Trahern", "Vaughan", "Yorath"},
	},
	{
		[]string{
			"Aarav", "Ananya", "Anil", "Deepa", "Farah", "Gurpreet", "Harjit", "Irfan", "Jaya", "Kavita", "Lakshmi", "Meera", "Nadia",
			"Nikhil", "Pooja", "Rajan", "Samira", "Tariq", "Usha", "Vikram", "Yasmin", "Zara",
		},
		[]string{
			"Acharya", "Bhandari", "Chaudhry", "Dhillon", "Gill", "Hamdani", "Iyer", "Joshi", "Kulkarni", "Malik", "Mehta", "Nambiar",
			"Pillai", "Qureshi", "Rao", "Sandhu", "Siddiqui", "Thakur", "Varma", "Wadhwa",
		},
	},
	{
		[]string{"Abena", "Adaeze", "Ama", "Babajide", "Chidi", "Ebele", "Emeka", "Folake", "Kofi", "Kwabena", "Ngozi", "Olumide", "Temitope", "Yaw"},
		[]string{"Adeyemi", "Agyeman", "Asante", "Boateng", "Chukwu", "Eze", "Mensah", "Nwosu", "Obi", "Odukoya", "Okereke", "Okonjo", "Owusu", "Sowande"},
	},
	{
		[]string{"Agnieszka", "Bartosz", "Danuta", "Ewa", "Jakub", "Katarzyna", "Marek", "Oksana", "Piotr", "Radek", "Taras", "Zofia"},
		[]string{"Bielak", "Czarnota", "Dudek", "Gorski", "Hrynko", "Jasinski", "Kozak", "Lisowski", "Melnyk", "Sikora", "Wrona", "Zielak"},
	},
	{
		[]string{"Bao", "Haruka", "Hui", "Jun", "Kenji", "Lan", "Linh", "Mei", "Minh", "Seo-yeon", "Thanh", "Wei", "Xin", "Yuki"},
		[]string{"Cheung", "Fujita", "Hoang", "Kwan", "Lau", "Matsuda", "Ngo", "Oyama", "Pham", "Seo", "Tam", "Tran", "Yeung", "Zhou"},
	},
	{
		[]string{"Amal", "Bijan", "Dalia", "Farid", "Hanan", "Karim", "Laleh", "Mahmoud", "Nasrin", "Rima", "Samir", "Shirin", "Yusuf"},
		[]string{"Abadi", "Barakat", "Darwish", "Farahani", "Ghanem", "Haddad", "Karimi", "Mansour", "Nasser", "Rahimi", "Sabbagh", "Tehrani"},
	},
	{
		[]string{"Beatriz", "Carmen", "Chiara", "Diogo", "Eleni", "Giorgos", "Ines", "Joaquim", "Lorenzo", "Marisol", "Nuno", "Paola", "Rafael", "Silvia"},
		[]string{"Almeida", "Bellandi", "Cordero", "Duarte", "Esposto", "Figueira", "Galanis", "Marchetti", "Navarro", "Pappas", "Quiroga", "Salgado", "Tavares", "Vidal"},
	},
	{
		[]string{"Annika", "Bjarne", "Dagmar", "Elif", "Hakan", "Ingrid", "Jonas", "Katrin", "Leyla", "Mats", "Selin", "Sigrid", "Torsten"},
		[]string{"Aksoy", "Bergstrom", "Demir", "Engstrand", "Haugen", "Kaplan", "Lindgard", "Nordby", "Polat", "Riedel", "Sandvik", "Yilmaz"},
	},
	{
		[]string{"Cedella", "Delroy", "Errol", "Garfield", "Ionie", "Jerome", "Keisha", "Marcia", "Neville", "Shanice", "Tamika", "Winston"},
		[]string{"Bramwell", "Cuffie", "Dacosta", "Gayle-Hart", "Hibbert", "Lindo", "Morgan-Reid", "Pinnock", "Samuels", "Whyte"},
	},
}

// manyNames is how many given and family names go together.
var manyNames = func() int {
	n := 0
	for _, c := range cultures {
		n += len(c.given) * len(c.family)
	}
	return n
}()

// person is somebody's name.
type person struct{ given, family, middle string }

func (p person) name() string {
	if p.middle != "" {
		return p.given + " " + p.middle + " " + p.family
	}
	return p.given + " " + p.family
}

// stride walks through all names before one comes again; it has no factor in common with manyNames.
var stride = func() int {
	s := 1009
	for gcd(s, manyNames) != 1 {
		s += 2
	}
	return s
}()

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// personAt is the n-th person of a town: no two have the same name until every letter has served as a middle one.
func personAt(seed uint64, n int) person {
	at := (n%manyNames*stride + int(mix(seed)%uint64(manyNames))) % manyNames
	p := person{}
	for _, c := range cultures {
		if of := len(c.given) * len(c.family); at >= of {
			at -= of
			continue
		}
		p.given, p.family = c.given[at%len(c.given)], c.family[at/len(c.given)]
		break
	}
	if round := n / manyNames; round > 0 {
		p.middle = string(rune('A'+round%26)) + "."
		if round > 26 {
			p.middle = fmt.Sprintf("%c%d.", 'A'+round%26, round/26)
		}
	}
	return p
}

// partnerOf is somebody who bears the same family name and another given one.
func partnerOf(d *dice, p person) person {
	for _, c := range cultures {
		for _, f := range c.family {
			if f != p.family {
				continue
			}
			for {
				if g := pick(d, c.given); g != p.given {
					return person{given: g, family: p.family, middle: p.middle}
				}
			}
		}
	}
	return person{given: "Robin", family: p.family, middle: p.middle}
}

var (
	placeHeads = []string{
		"Alder", "Amber", "Ash", "Barley", "Beck", "Birch", "Bracken", "Brier", "Calder", "Cherry", "Clover", "Copse", "Dale", "Elder",
		"Fern", "Finch", "Gorse", "Hazel", "Heron", "Holly", "Juniper", "Kestrel", "Lark", "Linden", "Maple", "Marsh", "Meadow", "Mill",
		"Oak", "Orchard", "Osier", "Plover", "Quarry", "Reed", "Rowan", "Sedge", "Swift", "Tarn", "Thistle", "Willow",
	}
	placeTails = []string{"bank", "bourne", "brook", "combe", "dene", "field", "ford", "gate", "hurst", "leigh", "mere", "moor", "side", "stone", "ton", "wick"}
	roads      = []string{"Road", "Street", "Lane", "Avenue", "Close", "Gardens", "Crescent", "Terrace", "Row", "Hill"}
	areas      = []string{"Eastmere", "Old Quay", "Tarnside", "St Osyth Hill", "Northgate", "Harbour End", "Millfields", "Upper Calder", "Fenside", "Castle Rise", "Linden Park", "Westbrook"}
	lines      = []string{
		"Instruments", "Packaging", "Foods", "Logistics", "Textiles", "Optics", "Bearings", "Ceramics", "Fixings", "Printing", "Glass", "Pumps",
		"Joinery", "Dairies", "Cables", "Coatings", "Clinics", "Tools", "Brewing", "Bakeries", "Hotels", "Catering", "Polymers", "Marine",
	}
)

// placeAt is the n-th made-up place name, such as "Larkfield".
func placeAt(n int) string {
	return placeHeads[n%len(placeHeads)] + placeTails[n/len(placeHeads)%len(placeTails)]
}

// companyAt is the n-th company of a town; its web name is the name in one word.
func companyAt(seed uint64, n int) (name, web string) {
	places := len(placeHeads) * len(placeTails)
	many := places * len(lines)
	at := (n%many*7919 + int(mix(seed)%uint64(many))) % many
	place, line := placeAt(at%places), lines[at/places]
	web = lower(place + line)
	if round := n / many; round > 0 {
		return fmt.Sprintf("%s %s %d", place, line, round+1), fmt.Sprintf("%s%d", web, round+1)
	}
	return place + " " + line, web
}
