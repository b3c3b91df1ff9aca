package answer

import "strings"

// labels are the heads of a plan's columns as a person reads them: "Average
// temperature (°C)" for avg_temp. Names in a person's own statement stay as they
// were written, and so do those of columns that would be called the same.
func labels(in Input, t table) map[string]string {
	if in.Plan == nil {
		return nil
	}
	out, called := map[string]string{}, map[string]int{}
	for _, c := range t.columns {
		label := upper(c.label)
		if unit := headUnit(c); unit != "" {
			label += " (" + unit + ")"
		}
		out[c.name] = label
		called[label]++
	}
	for name, label := range out {
		if label == name || called[label] > 1 {
			delete(out, name)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// headUnit is the unit of a column's numbers where its name does not say it.
func headUnit(c column) string {
	if ofHundred(c) {
		return "%"
	}
	if c.percent || !c.typ.Numeric() || strings.Contains(strings.ToLower(c.label), strings.ToLower(c.unit)) {
		return ""
	}
	return c.unit
}
