package report

import (
	"slices"
	"strconv"

	"waybill/internal/law"
)

// reasonParts names the arguments of each reason in the order the catalogue
// places them.
var reasonParts = map[string][]string{
	law.CodeFactUnknown:     {"fact"},
	law.CodeStraddle:        {"fact", "low", "high", "threshold"},
	law.CodeUnreadMayChange: {"fact", "low", "high", "threshold"},
	law.CodeUnread:          {"what"},
	law.CodeUnreadMore:      {"count"},
	law.CodeWindowMissing:   {"from", "to"},
	law.CodeClaimCIIO:       {"flow", "id", "cite"},
	law.CodeUndeclared:      {},
	law.CodeNotInForce:      {"ruleset", "from", "to"},
	law.CodeClaimRelied:     {"flow", "id", "cite"},
	law.CodeClaimNoEvidence: {"flow", "id", "cite"},
	law.CodeClaimUnknown:    {"flow", "id", "ruleset"},
	law.CodeReached:         {"fact", "low", "high", "threshold"},
	law.CodeFound:           {"count"},
	law.CodeClaimSubject:    {"flow", "id", "cite", "dataset", "subject"},

	law.CodeClaimSubjectUnknown: {"flow", "id", "cite", "dataset"},
}

// reasons gives the grounds in both languages. A code the catalogue does not
// know is shown as the sentence that stands beside it.
func reasons(codes []law.Reason, sentences []string) []Text {
	out := make([]Text, 0, max(len(codes), len(sentences)))
	for i, c := range codes {
		fallback := c.Code
		if i < len(sentences) {
			fallback = sentences[i]
		}
		out = append(out, reasonText(c, fallback))
	}
	if len(codes) == 0 {
		for _, s := range sentences {
			out = append(out, same(s))
		}
	}
	return out
}

func reasonText(c law.Reason, fallback string) Text {
	parts, ok := reasonParts[c.Code]
	if !ok {
		return same(fallback)
	}
	key := "reason." + c.Code
	if c.Code == law.CodeUnreadMayChange && c.Args["threshold"] == "" {
		key = "reason.unread_may_settle"
	}
	args := make([]any, len(parts))
	for i, name := range parts {
		args[i] = reasonPart(name, c.Args[name])
	}
	return msg(key, args...)
}

func reasonPart(name, value string) Text {
	switch name {
	case "fact":
		return named("compared.", value)
	case "cite":
		return cite(value)
	case "subject":
		return subjectName(value)
	case "to":
		if value == "" {
			return msg("reason.now")
		}
	case "low", "high", "threshold", "count":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return same(grouped(n))
		}
		return named("amount.", value)
	}
	return same(value)
}

// notices gathers what qualifies the verdicts of a rule set, each once.
func (r *Report) notices(ruleset string) []Text {
	var out []Text
	for _, v := range r.Verdicts {
		if v.Ruleset != ruleset {
			continue
		}
		for _, n := range v.Notices {
			if t := reasonText(n, n.Code); !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}
