package source

// Match tells whether name fits the glob: * is any run of characters, dots and
// slashes included, ? is any one; everything else is itself.
func Match(glob, name string) bool {
	star, mark := -1, 0
	g, n := 0, 0
	for n < len(name) {
		switch {
		case g < len(glob) && glob[g] == '*':
			star, mark = g, n
			g++
		case g < len(glob) && (glob[g] == '?' || glob[g] == name[n]):
			g++
			n++
		case star >= 0:
			mark++
			g, n = star+1, mark
		default:
			return false
		}
	}
	for g < len(glob) && glob[g] == '*' {
		g++
	}
	return g == len(glob)
}

// Selected tells whether name is included (an empty include list takes all)
// and not excluded.
func Selected(name string, include, exclude []string) bool {
	in := len(include) == 0
	for _, g := range include {
		in = in || Match(g, name)
	}
	for _, g := range exclude {
		in = in && !Match(g, name)
	}
	return in
}
