import ParamValues

/// Turns a stage with `foreach` or `matrix` into the stages that it stands for.
struct Expansion {
    static let mostStages = 10_000

    struct Instance {
        var name: String
        var body: Located
        var scope: Scope
    }

    let name: String
    let body: Located
    let scope: Scope
    let origin: String

    static func isExpanded(_ body: Located) -> Bool {
        body["foreach"] != nil || body["matrix"] != nil
    }

    func instances(findings: inout Findings) -> [Instance] {
        if let foreach = body["foreach"] { return foreachInstances(foreach, findings: &findings) }
        if let matrix = body["matrix"] { return matrixInstances(matrix, findings: &findings) }
        return [Instance(name: name, body: body, scope: scope)]
    }

    private func foreachInstances(
        _ foreach: Located.Entry, findings: inout Findings
    ) -> [Instance] {
        for entry in body.entries ?? [] where !["foreach", "do"].contains(entry.key) {
            findings.addUnknownKey(
                entry, in: "stage \(quoted(name)), which has 'foreach'", allowed: ["foreach", "do"])
        }
        guard let template = body["do"]?.value else {
            findings.add(
                at: foreach.keyLocation, "stage \(quoted(name)) has 'foreach' but no 'do'",
                hint: "put the stage's keys under 'do:'")
            return []
        }
        let resolver = TemplateResolver(scope: scope, origin: origin)
        let items = resolver.resolve(foreach.value, findings: &findings)
        if let list = items.list {
            let simple = list.allSatisfy { $0.list == nil && $0.entries == nil }
            return named(
                list.enumerated().map { index, item in
                    (
                        simple ? item.value.displayText : "\(index)",
                        scope.setting("item", to: item.value)
                    )
                }, template, at: foreach.value.location, findings: &findings)
        }
        if let entries = items.entries {
            return named(
                entries.map { entry in
                    let scope = scope.setting("key", to: .string(entry.key))
                    return (entry.key, scope.setting("item", to: entry.value.value))
                }, template, at: foreach.value.location, findings: &findings)
        }
        findings.addWrongType(
            "'foreach' of stage \(quoted(name))", expected: "a list or a map", found: items)
        return []
    }

    private func matrixInstances(_ matrix: Located.Entry, findings: inout Findings) -> [Instance] {
        let resolver = TemplateResolver(scope: scope, origin: origin)
        let axes = resolver.resolve(matrix.value, findings: &findings)
        guard let entries = axes.entries, !entries.isEmpty else {
            findings.addWrongType(
                "'matrix' of stage \(quoted(name))", expected: "a map of lists", found: axes)
            return []
        }
        var combinations: [(suffix: [String], item: [(String, ParamValue)])] = [([], [])]
        for entry in entries {
            guard let list = entry.value.list, !list.isEmpty else {
                findings.addWrongType(
                    "\(quoted(entry.key)) of 'matrix' of stage \(quoted(name))",
                    expected: "a list with at least one value", found: entry.value)
                return []
            }
            guard combinations.count * list.count <= Expansion.mostStages else {
                addTooMany(at: matrix.keyLocation, findings: &findings)
                return []
            }
            combinations = combinations.flatMap { combination in
                list.enumerated().map { index, value in
                    let simple = value.list == nil && value.entries == nil
                    let suffix = simple ? value.value.displayText : "\(entry.key)\(index)"
                    return (
                        combination.suffix + [suffix], combination.item + [(entry.key, value.value)]
                    )
                }
            }
        }
        return named(
            combinations.map { combination in
                let key = combination.suffix.joined(separator: "-")
                let item = ParamValue.map(.init(combination.item, uniquingKeysWith: { $1 }))
                return (key, scope.setting("key", to: .string(key)).setting("item", to: item))
            }, body, at: matrix.value.location, findings: &findings)
    }

    private func named(
        _ instances: [(suffix: String, scope: Scope)], _ body: Located,
        at location: SourceLocation, findings: inout Findings
    ) -> [Instance] {
        guard instances.count <= Expansion.mostStages else {
            addTooMany(at: location, findings: &findings)
            return []
        }
        var seen: Set<String> = []
        for instance in instances where !seen.insert(instance.suffix).inserted {
            findings.add(
                at: location, "stage \(quoted(name)) has \(quoted(instance.suffix)) twice",
                hint: "every value makes a stage of its own, named after it")
        }
        return instances.map { Instance(name: "\(name)@\($0.suffix)", body: body, scope: $0.scope) }
    }

    private func addTooMany(at location: SourceLocation, findings: inout Findings) {
        findings.add(
            at: location, "stage \(quoted(name)) stands for too many stages",
            facts: [.init("expected", "at most \(Expansion.mostStages)")])
    }
}
