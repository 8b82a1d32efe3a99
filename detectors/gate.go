package detectors

import "waybill/internal/detect"

// kind gives a detector its Spec and its gate.
type kind struct {
	spec *detect.Spec
	gate *detect.Gate
}

// Gate is what the kind's values must look like; see detect.Gated.
func (k kind) Gate() *detect.Gate { return k.gate }

// Spec describes the kind.
func (k kind) Spec() *detect.Spec { return k.spec }

// scratch is room to fold a value in, on the stack of a Scan. It is larger
// than any value a gate lets through.
type scratch [512]byte

// gate is the cheap test before the dear one.
type gate = detect.Gate

// newGate opens for values of min to max bytes that begin with one of the
// characters of leads, or with something Fold takes away or changes.
func newGate(min, max int, leads string) *gate { return detect.NewGate(min, max, leads, "") }

// gates returns the gate of each kind with a file of its own. A kind that
// takes more than its own gate opens for, or whose values hold a certain sign,
// has one made for the purpose.
func gates() map[string]*detect.Gate {
	shut := newGate(1, 0, "") // no value of the kind proves it
	return map[string]*detect.Gate{
		"resident_id": idGate, "hmt_residence_permit": hmtGate, "foreigner_permanent_id": foreignerGate, "passport": passportGate,
		"mainland_travel_permit": mainlandGate, "home_return_permit": homeReturnGate, "taiwan_permit": taiwanPermitGate,
		"hk_id":             detect.NewGate(8, 48, letters, digits),
		"macao_id":          macaoGate,
		"taiwan_id":         detect.NewGate(10, 40, letters, digits),
		"military_id":       militaryGate,
		"birth_certificate": detect.NewGate(10, 40, letters, digits), "disability_certificate": disabilityGate,
		"driver_license":  newGate(12, 96, digits).Unhinted(shut),
		"social_security": newGate(8, 96, digits+letters).Unhinted(shut),
		"surgery":         newGate(1, 1<<30, "").Unhinted(detect.NewGate(9, 120, digits+letters+wide, "\xe6x")),
		"mobile":          newGate(11, 72, "108+(*"),
		"landline":        landlineGate,
		"email":           detect.NewGate(6, 320, digits+letters+"!#$%&*+-/^_`{|}~<"+wide, "@"),
		"address":         addressGate, "region": regionGate, "postcode": newGate(6, 24, digits).Unhinted(shut),
		"wechat": newGate(6, 64, letters).Unhinted(newGate(17, 64, "w")), "qq": newGate(5, 40, digits).Unhinted(shut), "openid": openGate,
		"password":    newGate(4, 256, printing).Unhinted(newGate(4, 256, "${*psm")),
		"token":       newGate(16, 8192, digits+letters+"+/=_-.%{").Unhinted(detect.NewGate(40, 8192, "eB", ".")),
		"secret":      newGate(8, 16384, printing).Unhinted(newGate(20, 16384, "-AaLgxsr")),
		"ip_address":  detect.NewGate(2, 80, digits+"abcdefABCDEF:[", ".:"),
		"mac_address": newGate(12, 72, digits+"ABCDEFabcdef").Unhinted(detect.NewGate(12, 72, digits+"ABCDEFabcdef", ":-. ")),
		"imei":        newGate(14, 64, digits+"ABCDEFabcdef").Unhinted(newGate(15, 64, digits)), "imsi": imsiGate, "advertising_id": advertisingGate,
		"user_agent": detect.NewGate(8, 1024, letters, "/"),
		"name":       nameGate, "birth_date": dateGate, "age": ageGate,
		"bank_card": cardGate, "bank_account": accountGate, "income": incomeGate, "cnaps": cnapsGate,
		"licence_plate":     detect.NewGate(7, 48, digits+"Ww\xe4\xe5\xe6\xe7\xe8\xe9", "Ww\xe4\xe5\xe6\xe7\xe8\xe9"),
		"vin":               detect.NewGate(17, 64, digits+letters, letters),
		"diagnosis":         detect.NewGate(3, 480, digits+letters+"\xe4\xe5\xe6\xe7\xe8\xe9", letters+"\xe4\xe5\xe6\xe7\xe8\xe9"),
		"biometric":         newGate(24, 1<<30, "").Unhinted(newGate(64, 1<<30, "")),
		"genetic":           geneGate,
		"geolocation":       detect.NewGate(6, 96, digits+"-+([P", ".").Unhinted(detect.NewGate(12, 96, digits+"-+([P", ",; ")),
		"free_text":         newGate(minProse, 1<<30, "").Unhinted(shut),
		"organisation_code": newGate(9, 64, digits+letters).Unhinted(newGate(10, 64, digits+letters)),
	}
}

const (
	printing = digits + letters + "!\"#$%&()*+,-./:;<>?@[\\]^_`{|}~"
	digits   = "0123456789"
	letters  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	// wide leads every character outside ASCII.
	wide = "\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf" +
		"\xe0\xe1\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xf0\xf1\xf2\xf3\xf4"
)
