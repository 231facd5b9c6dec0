import ParamValues

/// Fills in the templates of located values from a scope.
struct TemplateResolver {
    let scope: Scope
    /// Where names come from, for messages: `params.yaml, vars`.
    let origin: String
    /// What is known of the texts already.
    var templates = Templates()

    /// Maps are allowed in text only where they become command-line flags.
    enum Use { case value, command }

    /// `value` with all templates in it filled in, those in the keys of maps too.
    ///
    /// Unknown names go to `findings` and leave `.unknown`.
    func resolve(_ value: Located, as use: Use = .value, findings: inout Findings) -> Located {
        switch value.content {
        case .scalar(.string(let text)):
            return Template.isPlain(text)
                ? value : resolve(text, at: value, as: use, findings: &findings)
        case .scalar, .unknown: return value
        case .list(let list):
            return Located(
                .list(list.map { resolve($0, as: use, findings: &findings) }), at: value.location)
        case .map(let entries):
            let resolved = entries.map { entry in
                var entry = entry
                entry.key = resolveKey(entry, findings: &findings)
                entry.value = resolve(entry.value, as: use, findings: &findings)
                return entry
            }
            return Located(.map(resolved), at: value.location)
        }
    }

    private func resolveKey(_ entry: Located.Entry, findings: inout Findings) -> String {
        guard !Template.isPlain(entry.key) else { return entry.key }
        let key = Located(.scalar(.string(entry.key)), at: entry.keyLocation)
        let resolved = resolve(entry.key, at: key, as: .value, findings: &findings)
        guard case .scalar(let value) = resolved.content else {
            findings.addWrongType(
                "the key \(quoted(entry.key))", expected: "a single value", found: resolved)
            return entry.key
        }
        return value.displayText
    }

    private func resolve(
        _ text: String, at value: Located, as use: Use, findings: inout Findings
    ) -> Located {
        let parts = templates.template(text).parts
        if use == .value, parts.count == 1, case .expression(let expression) = parts[0] {
            let found = look(up: expression, at: value.location, findings: &findings)
            return found.map { Located($0, at: value.location) }
                ?? Located(.unknown, at: value.location)
        }
        let texts = parts.map { self.text(of: $0, at: value, as: use, findings: &findings) }
        let known = texts.compactMap(\.self)
        guard known.count == texts.count else { return Located(.unknown, at: value.location) }
        return Located(.scalar(.string(known.joined())), at: value.location)
    }

    private func text(
        of part: Template.Part, at value: Located, as use: Use, findings: inout Findings
    ) -> String? {
        switch part {
        case .text(let text): return text
        case .expression(let expression):
            return look(up: expression, at: value.location, findings: &findings).flatMap {
                text(
                    of: $0, raw: expression.raw, at: value.location, as: use, findings: &findings)
            }
        case .unclosed:
            findings.add(
                at: value.location, "a '${' has no closing '}'",
                hint: "write \\${ for the two characters themselves")
            return nil
        }
    }

    private func look(
        up expression: Template.Expression, at start: SourceLocation, findings: inout Findings
    ) -> ParamValue? {
        guard !findings.isFull else { return nil }
        let (name, raw) = (expression.name, expression.raw)
        guard let path = expression.path else {
            findings.add(
                at: findings.location(of: raw, from: start), "\(quoted(raw)) is not a name",
                facts: [.init("expected", "a path such as ${train.epochs} or ${layers[0]}")],
                hint: "write \\\(raw) for the text itself, such as a shell expression")
            return nil
        }
        if let value = scope.value(at: path) {
            return findings.spend(value.weight, at: start) ? value : nil
        }
        let (fact, nearest) = scope.absence(of: path)
        findings.add(
            at: findings.location(of: raw, from: start), "\(quoted(name)) is not defined",
            facts: [.init("looked in", origin), fact],
            hint: nearest.map { "did you mean ${\($0)}?" } ?? "write \\\(raw) for a shell variable")
        return nil
    }

    private func text(
        of value: ParamValue, raw: String, at start: SourceLocation, as use: Use,
        findings: inout Findings
    ) -> String? {
        switch value {
        case .bool, .int, .string: return value.displayText
        case .double(let number): return number.description
        case .map where use == .command:
            do {
                return try CommandFlags.text(of: value)
            } catch {
                findings.add(
                    at: findings.location(of: raw, from: start),
                    "\(quoted(raw)) cannot become command-line flags",
                    facts: [.init("found", "\(quoted(error.key)) is \(error.found)")])
                return nil
            }
        default:
            findings.add(
                at: findings.location(of: raw, from: start),
                "\(quoted(raw)) cannot stand inside a text",
                facts: [
                    .init(
                        "expected", use == .command ? "a single value or a map" : "a single value"),
                    .init("found", value.kindName),
                ])
            return nil
        }
    }
}
