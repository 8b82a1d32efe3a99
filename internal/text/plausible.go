package text

// The tests here are the cheap ones before a detector's: what every number of
// a kind has, and few others.

func mobileForm(c *candidate) bool { return mobileParts(c.groups) && mobileDigits(c.digits) }

func idForm(c *candidate) bool {
	return (len(c.groups) == 1 || idParts(c.groups)) && birthDigits(c.digits)
}

func cardForm(c *candidate) bool {
	return !c.x && (len(c.groups) == 1 || cardParts(c.groups)) && luhn(c.digits)
}

// imeiForm wants what no time of the form 20261122101112 has.
func imeiForm(c *candidate) bool {
	d := c.digits
	return (len(c.groups) == 1 || len(c.groups) == 4) && d[0] != '2' && (len(d) != 15 || luhnSum(d) == 0)
}

// imsiForm wants the country of a subscriber, or the industry of a chip card.
func imsiForm(c *candidate) bool {
	d := c.digits
	return bareForm(c) && (len(d) == 15 && string(d[:3]) == "460" || len(d) > 15 && string(d[:2]) == "89")
}

// embeddedForm is an identity number with two digits behind it.
func embeddedForm(c *candidate) bool { return bareForm(c) && birthDigits(c.digits) }

func lineForm(c *candidate) bool { return lineParts(c.groups, c.digits) }

func bareForm(c *candidate) bool { return len(c.groups) == 1 && !c.x }

// mobileDigits wants 1[3-9] at the beginning, or after a country code or 0.
func mobileDigits(d []byte) bool {
	i := len(d) - 11
	return d[i] == '1' && d[i+1] >= '3' && (i == 0 || i == 1 && d[0] == '0' || i == 2 && string(d[:2]) == "86" || i == 4 && string(d[:4]) == "0086")
}

// mobileParts knows 138 0013 8000, 1380013 8000 and 138 00138000, perhaps with
// a country code as a group of its own.
func mobileParts(g []group) bool {
	if len(g) > 1 && (g[0].n == 2 || g[0].n == 4 && len(g) > 2) {
		g = g[1:]
	}
	switch len(g) {
	case 1:
		return true
	case 2:
		n := g[0].n + g[1].n
		return (g[1].n == 4 || g[1].n == 8) && (n == 11 || n == 13 || n == 15)
	case 3:
		return g[1].n == 4 && g[2].n == 4
	}
	return false
}

// idParts wants groups that people write an identity number in: 6-8-4, 6-4-4-4.
func idParts(g []group) bool {
	return g[0].n == 6 && (len(g) == 3 && g[1].n == 8 || len(g) == 4 && g[1].n == 4 && g[2].n == 4 || len(g) == 2)
}

// birthDigits wants a year and a month where an identity number has them.
func birthDigits(d []byte) bool {
	if len(d) == 15 {
		return month(d[8], d[9])
	}
	return (d[6] == '1' && d[7] >= '8' || d[6] == '2' && d[7] == '0') && month(d[10], d[11])
}

func month(a, b byte) bool { return a == '0' && b > '0' || a == '1' && b <= '2' }

// cardParts wants groups of four, the last perhaps shorter or, of a card of
// nineteen digits, thirteen after six; 4-6-5 is American Express.
func cardParts(g []group) bool {
	switch {
	case len(g) == 2:
		return g[0].n == 6 && g[1].n >= 10
	case len(g) == 3 && g[0].n == 4 && g[1].n == 6:
		return g[2].n == 5
	case len(g) < 4:
		return false
	}
	for _, x := range g[:len(g)-1] {
		if x.n != 4 {
			return false
		}
	}
	return g[len(g)-1].n <= 4
}

// luhn is the check of ISO/IEC 7812-1, for the industries that issue cards; it
// leaves one number in ten.
func luhn(d []byte) bool { return d[0] >= '2' && luhnSum(d) == 0 }

func luhnSum(d []byte) int {
	sum := 0
	for i := len(d) - 1; i >= 0; i -= 2 {
		sum += int(d[i] - '0')
	}
	for i := len(d) - 2; i >= 0; i -= 2 {
		x := int(d[i]-'0') * 2
		sum += x - x/10*9
	}
	return sum % 10
}

// lineParts wants an area code at the beginning: 0xx, or 86 and xx.
func lineParts(g []group, d []byte) bool {
	if len(g) > 1 && string(d[:g[0].n]) == "86" {
		return g[1].n >= 2 && g[1].n <= 4
	}
	return d[0] == '0' && (len(g) == 1 && len(d) <= 12 || len(g) > 1 && g[0].n >= 3 && g[0].n <= 4)
}
