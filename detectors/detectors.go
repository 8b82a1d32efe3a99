// Package detectors holds the kinds of personal data Waybill recognises. A
// kind with a check of its values has a file of its own; one told by its name
// is a row of data/kinds.tsv. Every kind has its hints in data/hints.tsv and
// its proof, values that must and must not be recognised, in testdata.
package detectors

import (
	"embed"
	"fmt"
	"io/fs"

	"waybill/internal/detect"
)

// All returns a detector for every kind, in the order of kinds.tsv. It panics
// if the tables it is built with do not fit together.
func All() []detect.Detector {
	list, err := build()
	if err != nil {
		panic("detectors: " + err.Error())
	}
	return list
}

// coded lists the kinds with a file of their own.
func coded(words *lexicon) map[string]func(kind) detect.Detector {
	return map[string]func(kind) detect.Detector{
		"resident_id":            func(k kind) detect.Detector { return residentID{k} },
		"hmt_residence_permit":   func(k kind) detect.Detector { return hmtPermit{k} },
		"foreigner_permanent_id": func(k kind) detect.Detector { return foreignerID{k} },
		"passport":               func(k kind) detect.Detector { return passport{k} },
		"mainland_travel_permit": func(k kind) detect.Detector { return mainlandPermit{k} },
		"home_return_permit":     func(k kind) detect.Detector { return homeReturn{k} },
		"taiwan_permit":          func(k kind) detect.Detector { return taiwanPermit{k} },
		"hk_id":                  func(k kind) detect.Detector { return hkID{k} },
		"macao_id":               func(k kind) detect.Detector { return macaoID{k} },
		"taiwan_id":              func(k kind) detect.Detector { return taiwanID{k} },
		"military_id":            func(k kind) detect.Detector { return militaryID{k} },
		"birth_certificate":      func(k kind) detect.Detector { return birthCertificate{k} },
		"disability_certificate": func(k kind) detect.Detector { return disabilityCertificate{k, holder{}} },
		"driver_license":         func(k kind) detect.Detector { return driverLicense{k, holder{}} },
		"social_security":        func(k kind) detect.Detector { return socialSecurity{k, holder{}} },
		"mobile":                 func(k kind) detect.Detector { return mobile{k} },
		"landline":               func(k kind) detect.Detector { return landline{k} },
		"email":                  func(k kind) detect.Detector { return email{k} },
		"address":                func(k kind) detect.Detector { return address{k} },
		"region":                 func(k kind) detect.Detector { return region{k} },
		"postcode":               func(k kind) detect.Detector { return postcode{k} },
		"wechat":                 func(k kind) detect.Detector { return wechat{k} },
		"qq":                     func(k kind) detect.Detector { return qq{k} },
		"openid":                 func(k kind) detect.Detector { return openID{k} },
		"password":               func(k kind) detect.Detector { return password{k} },
		"token":                  func(k kind) detect.Detector { return token{k} },
		"secret":                 func(k kind) detect.Detector { return secret{k} },
		"ip_address":             func(k kind) detect.Detector { return ipAddress{k} },
		"mac_address":            func(k kind) detect.Detector { return macAddress{k} },
		"imei":                   func(k kind) detect.Detector { return imei{k} },
		"imsi":                   func(k kind) detect.Detector { return imsi{k} },
		"advertising_id":         func(k kind) detect.Detector { return advertisingID{k} },
		"user_agent":             func(k kind) detect.Detector { return userAgent{k} },
		"name":                   func(k kind) detect.Detector { return name{k, words} },
		"birth_date":             func(k kind) detect.Detector { return birthDate{k} },
		"age":                    func(k kind) detect.Detector { return age{k} },
		"bank_card":              func(k kind) detect.Detector { return bankCard{k} },
		"bank_account":           func(k kind) detect.Detector { return bankAccount{k} },
		"income":                 func(k kind) detect.Detector { return income{k} },
		"licence_plate":          func(k kind) detect.Detector { return licencePlate{k} },
		"vin":                    func(k kind) detect.Detector { return vin{k} },
		"diagnosis":              func(k kind) detect.Detector { return diagnosis{k} },
		"biometric":              func(k kind) detect.Detector { return biometric{k} },
		"genetic":                func(k kind) detect.Detector { return genetic{k} },
		"geolocation":            func(k kind) detect.Detector { return geolocation{k} },
		"free_text":              func(k kind) detect.Detector { return freeText{k} },
		"organisation_code":      func(k kind) detect.Detector { return organisationCode{k} },
		"cnaps":                  func(k kind) detect.Detector { return cnaps{k} },
	}
}

func build() ([]detect.Detector, error) {
	table, err := rows()
	if err != nil {
		return nil, err
	}
	names, err := readLexicon()
	if err != nil {
		return nil, err
	}
	words, err := readWords()
	if err != nil {
		return nil, err
	}
	made := coded(names)
	var list []detect.Detector
	for _, r := range table {
		d := r.detector(made, words)
		if d == nil {
			return nil, fmt.Errorf("%s: neither a detector nor a form", r.spec.Kind)
		}
		list = append(list, d)
	}
	return list, nil
}

// detector makes the detector of a row, or nil.
func (r row) detector(coded map[string]func(kind) detect.Detector, words map[string]map[string]bool) detect.Detector {
	k := kind{r.spec, gates()[r.spec.Kind]}
	switch r.form {
	case "":
		if make := coded[r.spec.Kind]; make != nil {
			return make(k)
		}
		return nil
	case "words":
		if w := words[r.spec.Kind]; w != nil {
			return newWordList(k, w)
		}
		return nil
	}
	sh, err := shapeOf(r.form)
	if err != nil {
		return nil
	}
	n := named{k, sh, tradeOf(r.spec.Kind)}
	switch {
	case r.spec.Person == detect.Not:
		return n
	case holdsID(r.spec.Kind):
		return personal{numbered{n}, holder{}}
	}
	return numbered{n}
}

// holdsID tells the named kinds whose numbers may be made of a citizen's number.
func holdsID(kind string) bool {
	switch kind {
	case "student_number", "certificate_number", "health_card", "housing_fund", "id_document_number", "medical_record_number":
		return true
	}
	return false
}

//go:embed testdata/*.txt
var proofs embed.FS

// Proofs is the proof files that come with the program, <kind>.txt.
func Proofs() fs.FS {
	sub, err := fs.Sub(proofs, "testdata")
	if err != nil {
		panic("detectors: " + err.Error()) // only for a path that is not valid
	}
	return sub
}

// Test checks every detector against its proof <kind>.txt in fsys and returns
// what does not hold, by file and line, all joined.
func Test(list []detect.Detector, fsys fs.FS) error {
	return detect.Prove(list, fsys)
}
