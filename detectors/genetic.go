package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// genetic is what was read of somebody's genes: a variant by its dbSNP number
// with or without its alleles, a row of a VCF file, loci of an STR profile, an
// HLA type, a sequence. A genotype alone (AG, C/T) is Weak, for two letters
// may be anything.
type genetic struct{ kind }

// genes are the first characters of what Scan looks for.
const genes = "rACGTNHDcv0123456789XYFP>@-/|;"

var geneGate = newGate(2, 100_000, genes)

// Scan marks column values; see detect.Detector. It looks at no more than the
// first kilobyte of a value, as it is.
func (genetic) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	for i := range col.Len() {
		if v := col.Value(i); geneGate.Open(v) {
			m.Set(i, markGene(v))
		}
	}
}

func markGene(v []byte) batch.Mark {
	v = v[:min(len(v), 1024)]
	if n := len(v); n > 0 && (v[0] <= ' ' || v[n-1] <= ' ') {
		v = bytes.Trim(v, " \t\r\n")
	}
	switch {
	case len(v) < 2:
		return batch.No
	case isDigit(v[0]):
		if v[1] == '\t' || v[2%len(v)] == '\t' {
			return yesIf(vcfRow(v))
		}
		return batch.No
	case genotype(v):
		return batch.Weak
	}
	switch v[0] {
	case 'r':
		return yesIf(snp(v))
	case 'c':
		return yesIf(hgvs(v) || vcfRow(v))
	case 'X', 'Y', 'M':
		return yesIf(vcfRow(v))
	case 'D', 'v', 'F', 'P':
		return yesIf(strProfile(v) || hla(v))
	case '>', '@', 'G':
		return yesIf(sequence(v))
	}
	return yesIf(sequence(v) || hla(v) || strProfile(v) || hgvs(v))
}

func yesIf(ok bool) batch.Mark {
	if ok {
		return batch.Yes
	}
	return batch.No
}

// snp wants rs and three to ten digits, alone or with alleles behind.
func snp(v []byte) bool {
	if len(v) < 5 || v[0] != 'r' || v[1] != 's' {
		return false
	}
	n := bareLead(v[2:])
	if n < 3 || n > 10 {
		return false
	}
	rest := bytes.Trim(v[2+n:], " :,;()\t_-")
	return len(rest) == 0 && len(v) == 2+n || genotype(rest)
}

// genotype wants one to four alleles, perhaps parted: AG, C/T, A|A, -/T.
func genotype(v []byte) bool {
	bases := 0
	for _, c := range v {
		switch c {
		case 'A', 'C', 'G', 'T':
			bases++
		case '/', '|', '>', ';', '-':
		default:
			return false
		}
	}
	return bases >= 1 && len(v) >= 2 && len(v) <= 5 && bases <= 4 && len(v) > 0
}

// vcfRow wants chromosome, position, id, reference and alternative (VCF 4.3).
func vcfRow(v []byte) bool {
	var f [5][]byte
	for i := range f {
		var ok bool
		if f[i], v, ok = bytes.Cut(v, []byte("\t")); !ok && i < 4 {
			return false
		}
	}
	chr := bytes.TrimPrefix(f[0], []byte("chr"))
	named := len(chr) > 0 && len(chr) <= 2 && (allDigits(chr) || string(chr) == "X" || string(chr) == "Y" || string(chr) == "M" || string(chr) == "MT")
	return named && allDigits(f[1]) && len(f[3]) > 0 && bases(f[3]) == len(f[3]) && len(f[4]) > 0
}

// bases counts the letters of nucleotides that v begins with.
func bases(v []byte) int {
	n := 0
	for n < len(v) && (v[n] == 'A' || v[n] == 'C' || v[n] == 'G' || v[n] == 'T' || v[n] == 'N') {
		n++
	}
	return n
}

// minSequence is the shortest run of nucleotides taken for a sequence.
const minSequence = 30

// sequence wants nucleotides only, four of them at least different, below a
// FASTA or FASTQ heading or without one.
func sequence(v []byte) bool {
	if v[0] == '>' || v[0] == '@' {
		_, body, ok := bytes.Cut(v, []byte("\n"))
		if !ok {
			return false
		}
		v = body
	}
	n := bases(v)
	if n < minSequence || n < len(v) && v[n] != '\n' && v[n] != '\r' {
		return false
	}
	v = v[:n]
	return bytes.IndexByte(v, 'A') >= 0 && bytes.IndexByte(v, 'C') >= 0 && bytes.IndexByte(v, 'G') >= 0 && bytes.IndexByte(v, 'T') >= 0
}

// strProfile wants a locus of the CODIS kind, D8S1179, vWA, TH01 …, and one or
// two repeats.
func strProfile(v []byte) bool {
	rest := v
	switch {
	case len(v) > 4 && v[0] == 'D' && bareLead(v[1:]) >= 1 && bareLead(v[1:]) <= 2:
		rest = v[1+bareLead(v[1:]):]
		if len(rest) < 3 || rest[0] != 'S' || bareLead(rest[1:]) < 2 {
			return false
		}
		rest = rest[1+bareLead(rest[1:]):]
	default:
		found := false
		for _, locus := range [...]string{"vWA", "TH01", "TPOX", "CSF1PO", "FGA", "Penta D", "Penta E", "AMEL"} {
			if r, ok := bytes.CutPrefix(v, []byte(locus)); ok {
				rest, found = r, true
				break
			}
		}
		if !found {
			return false
		}
	}
	repeats := bytes.TrimLeft(rest, " :=(\t")
	return len(repeats) < len(rest) && len(repeats) > 0 && (isDigit(repeats[0]) || repeats[0] == 'X')
}

// hla wants HLA-A*02:01, or the short A*02:01.
func hla(v []byte) bool {
	r := bytes.TrimPrefix(v, []byte("HLA-"))
	star := bytes.IndexByte(r, '*')
	if star < 1 || star > 4 || star+5 >= len(r) || !isUpper(r[0]) {
		return false
	}
	return bareLead(r[star+1:]) >= 2 && bareLead(r[star+1:]) <= 3 && bytes.IndexByte(r[star:], ':') > 0
}

// hgvs wants the description of a variant: c.76A>T, NM_004006.2:c.4375C>T.
func hgvs(v []byte) bool {
	if i := bytes.Index(v, []byte(":c.")); i > 0 && i < 40 {
		v = v[i+1:]
	}
	r, ok := bytes.CutPrefix(v, []byte("c."))
	if !ok || len(v) > 60 {
		return false
	}
	n := bareLead(r)
	return n > 0 && len(r) >= n+3 && bases(r[n:n+1]) == 1 && r[n+1] == '>' && bases(r[n+2:n+3]) == 1
}

// Explain lists the checks of the value.
func (genetic) Explain(v []byte) []detect.Check {
	k := batch.No
	if len(v) > 0 {
		k = markGene(v)
	}
	return []detect.Check{{Name: "variant, genotype, locus or sequence", OK: k != batch.No}, {Name: "more than a genotype", OK: k == batch.Yes}}
}
