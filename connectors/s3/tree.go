package s3

import (
	"maps"
	"slices"
	"strings"
)

// tree groups objects while they are listed. What it holds does not grow with
// their number.
type tree struct {
	root   *folder
	apart  bool // every object is a dataset of its own
	groups int
}

// folder is the objects below a folder, or below several of one pattern.
type folder struct {
	subs     map[string]*folder // by pattern
	allSubs  bool               // there were too many: all are "*"
	files    map[string]*family // by extension
	allFiles bool               // likewise
}

// family is the objects of one format in a folder.
type family struct {
	star   string            // the pattern of all of them
	groups map[string]*group // by pattern
	all    bool              // there were too many: all are star
}

func newTree(apart bool) *tree { return &tree{root: newFolder(), apart: apart} }

func newFolder() *folder { return &folder{subs: map[string]*folder{}, files: map[string]*family{}} }

// add takes an object in.
func (t *tree) add(e entry) {
	g, sure := t.place(e.name, true)
	g.add(e, sure)
	if t.groups > mostGroups && !t.apart {
		for t.groups > mostGroups/2 && t.root.squeeze() {
			t.groups = t.root.count()
		}
	}
}

// find returns the group that the object is of; nil if it is of none.
func (t *tree) find(name string) *group {
	g, _ := t.place(name, false)
	return g
}

// place walks to the object's group, and makes it where grow says so. sure tells
// that the object is one of many by its name alone.
func (t *tree) place(name string, grow bool) (g *group, sure bool) {
	at, under := t.root, dated(0)
	dirs := strings.Split(name, "/")
	file := dirs[len(dirs)-1]
	literal := t.apart || holdsSeveral(file)
	for _, dir := range dirs[:len(dirs)-1] {
		pattern := dir
		if !literal {
			pattern, under = folderPattern(dir, under)
		}
		sure = sure || pattern != dir || at.allSubs
		if at = t.sub(at, pattern, grow); at == nil {
			return nil, false
		}
	}
	pattern, numbered := file, false
	if !literal {
		pattern, numbered = filePattern(file)
	}
	return t.member(at, extension(file), pattern, grow), sure || numbered
}

func (t *tree) sub(at *folder, pattern string, grow bool) *folder {
	if at.allSubs {
		pattern = "*"
	}
	sub := at.subs[pattern]
	if sub == nil && grow {
		sub = newFolder()
		if at.subs[pattern] = sub; len(at.subs) > mostUnlike && !t.apart {
			at.mergeSubs()
			t.groups = t.root.count()
			sub = at.subs["*"]
		}
	}
	return sub
}

func (t *tree) member(at *folder, ext, pattern string, grow bool) *group {
	if at.allFiles {
		ext = "*"
	}
	f := at.files[ext]
	if f == nil && grow {
		f = &family{star: "*" + ext, groups: map[string]*group{}}
		if at.files[ext] = f; len(at.files) > mostUnlike && !t.apart {
			at.mergeFiles()
			t.groups = t.root.count()
			f = at.files["*"]
		}
	}
	if f == nil {
		return nil
	}
	if f.all {
		pattern = f.star
	}
	g := f.groups[pattern]
	if g == nil && grow {
		g = &group{}
		f.groups[pattern] = g
		if t.groups++; len(f.groups) > mostUnlike && !t.apart {
			t.groups -= len(f.groups) - 1
			f.merge()
			g = f.groups[f.star]
		}
	}
	return g
}

// merge makes all groups one.
func (f *family) merge() {
	all := &group{sure: true}
	for _, g := range f.groups {
		all.merge(g)
	}
	f.groups, f.all = map[string]*group{f.star: all}, true
}

// take takes in the groups of o.
func (f *family) take(o *family) {
	if o.all && !f.all {
		f.merge()
	}
	for pattern, g := range o.groups {
		if f.all {
			pattern = f.star
		}
		if have := f.groups[pattern]; have != nil {
			have.merge(g)
		} else {
			f.groups[pattern] = g
		}
		g.sure = true
	}
	if len(f.groups) > mostUnlike {
		f.merge()
	}
}

// mergeFiles makes all formats one group.
func (d *folder) mergeFiles() {
	all := &family{star: "*", groups: map[string]*group{}}
	all.merge()
	for _, f := range d.files {
		all.take(f)
	}
	d.files, d.allFiles = map[string]*family{"*": all}, true
}

// mergeSubs makes all folders one.
func (d *folder) mergeSubs() {
	all := newFolder()
	for _, name := range slices.Sorted(maps.Keys(d.subs)) {
		all.take(d.subs[name])
	}
	d.subs, d.allSubs = map[string]*folder{"*": all}, true
}

// take takes in what lies below o.
func (d *folder) take(o *folder) {
	if o.allSubs && !d.allSubs {
		d.mergeSubs()
	}
	for _, name := range slices.Sorted(maps.Keys(o.subs)) {
		to := name
		if d.allSubs {
			to = "*"
		}
		if d.subs[to] == nil {
			d.subs[to] = newFolder()
		}
		d.subs[to].take(o.subs[name])
	}
	if len(d.subs) > mostUnlike {
		d.mergeSubs()
	}
	if o.allFiles && !d.allFiles {
		d.mergeFiles()
	}
	for ext, f := range o.files {
		to := ext
		if d.allFiles {
			to = "*"
		}
		if d.files[to] == nil {
			d.files[to] = &family{star: f.star, groups: map[string]*group{}}
		}
		d.files[to].take(f)
	}
	if len(d.files) > mostUnlike {
		d.mergeFiles()
	}
}

// count counts the groups.
func (d *folder) count() int {
	n := 0
	for _, s := range d.subs {
		n += s.count()
	}
	for _, f := range d.files {
		n += len(f.groups)
	}
	return n
}

// squeeze merges what is fullest, of all folders. It is false once nothing can be
// merged.
func (d *folder) squeeze() bool {
	most, merge := 1, func() {}
	d.fullest(&most, &merge)
	merge()
	return most > 1
}

func (d *folder) fullest(most *int, merge *func()) {
	if len(d.subs) > *most {
		*most, *merge = len(d.subs), d.mergeSubs
	}
	if len(d.files) > *most {
		*most, *merge = len(d.files), d.mergeFiles
	}
	for _, ext := range slices.Sorted(maps.Keys(d.files)) {
		if f := d.files[ext]; len(f.groups) > *most {
			*most, *merge = len(f.groups), f.merge
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.subs)) {
		d.subs[name].fullest(most, merge)
	}
}

// name gives the groups below path their names, and returns them.
func (d *folder) name(path string, named map[string]*group) {
	for pattern, s := range d.subs {
		s.name(path+pattern+"/", named)
	}
	for _, f := range d.files {
		for pattern, g := range f.groups {
			g.name = path + pattern
			if g.single = g.count == 1 && !g.sure; g.single {
				g.name = g.first
			}
			g.prefix, _, _ = strings.Cut(g.name, "*")
			named[g.name] = g
		}
	}
}
