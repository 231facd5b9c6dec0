import ParamValues
import Yams

/// Reads YAML text into located values, with caps against hostile files.
///
/// Aliases are resolved here, not by the parser, which would expand and hash them unchecked: `*`
/// reaches the parser as a character that the text does not use.
struct YAMLReader {
    static let largestText = 1 << 20
    static let deepestNesting = 64
    static let mostAliasedValues = 100_000

    let file: String
    var findings: Findings
    private var anchors: [String: Anchored] = [:]
    private var budget = 0
    private var star: Character = "*"

    private struct Anchored {
        var value: Located
        var size: Int
        var height: Int
    }

    /// Thrown after the reason went into the findings, to leave the recursion.
    private struct Stop: Error {}

    /// Reads `text`; null for an empty file.
    ///
    /// The text is added to the `findings` for excerpts. Nil after something was found to be wrong.
    static func read(
        _ text: String, file: String, limit: Int = largestText, findings: inout Findings
    ) -> Located? {
        let text =
            text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        guard text.utf8.count <= limit else {
            findings.add(
                file: file, "the file is too large",
                facts: [
                    .init("expected", "at most \(limit) bytes"),
                    .init("found", "\(text.utf8.count) bytes"),
                ])
            return nil
        }
        findings.register(text, file: file)
        var reader = YAMLReader(file: file, findings: findings)
        let before = findings.diagnostics.count
        let value = reader.root(text)
        findings = reader.findings
        return findings.diagnostics.count == before ? value : nil
    }

    private init(file: String, findings: Findings) {
        self.file = file
        self.findings = findings
    }

    private mutating func root(_ text: String) -> Located? {
        budget = text.utf8.count + YAMLReader.mostAliasedValues
        do {
            let parser = try Parser(yaml: hidingAliases(text), resolver: .basic, encoding: .utf8)
            let node = try parser.singleRoot()
            return try withExtendedLifetime(parser) {
                guard let node else { return Located(.null, at: place(nil)) }
                return try convert(node, depth: 0).value
            }
        } catch let error as YamlError {
            add(error, text: text)
        } catch is Stop {
        } catch {
            findings.add(file: file, "the file cannot be read as YAML: \(error)")
        }
        return nil
    }

    private mutating func hidingAliases(_ text: String) throws -> String {
        guard text.utf8.contains(UInt8(ascii: "*")) else { return text }
        let used = Set(text.unicodeScalars)
        let privateUse = (0xE000...0xF8FF).lazy.compactMap { Unicode.Scalar(UInt32($0)) }
        guard let free = privateUse.first(where: { !used.contains($0) }) else {
            findings.add(file: file, "the file uses all private characters of Unicode")
            throw Stop()
        }
        star = Character(free)
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "*" ? free : $0 }))
    }

    private func showingStars(_ text: String) -> String {
        guard star != "*", let hidden = star.unicodeScalars.first else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == hidden ? "*" : $0 }))
    }

    private func place(_ mark: Mark?) -> SourceLocation {
        SourceLocation(file: file, line: max(1, mark?.line ?? 1), column: max(1, mark?.column ?? 1))
    }

    private mutating func convert(_ node: Node, depth: Int) throws -> Anchored {
        let location = place(node.mark)
        guard depth <= YAMLReader.deepestNesting else { throw tooDeep(at: location) }
        try spend(1, at: location)
        let result: Anchored
        switch node {
        case .scalar(let scalar): result = try convert(scalar, at: location, depth: depth)
        case .sequence(let sequence):
            var values: [Located] = []
            var (size, height) = (1, 0)
            for child in sequence {
                let converted = try convert(child, depth: depth + 1)
                values.append(converted.value)
                size += converted.size
                height = max(height, converted.height + 1)
            }
            result = Anchored(
                value: Located(.list(values), at: location), size: size, height: height)
        case .mapping(let mapping): result = try convert(mapping, at: location, depth: depth)
        case .alias: throw Stop()
        }
        if let anchor = node.anchor { anchors[anchor.rawValue] = result }
        return result
    }

    private mutating func convert(
        _ scalar: Node.Scalar, at location: SourceLocation, depth: Int
    ) throws -> Anchored {
        if scalar.style == .plain, scalar.string.first == star, star != "*" {
            return try resolveAlias(String(scalar.string.dropFirst()), at: location, depth: depth)
        }
        let text = showingStars(scalar.string)
        let tag = scalar.tag.rawValue
        let value: ParamValue
        if tag == Tag.Name.str.rawValue || (tag.isEmpty && scalar.style != .plain) {
            value = .string(text)
        } else {
            value = try typed(text, tag: tag, at: location)
        }
        return Anchored(value: Located(.scalar(value), at: location), size: 1, height: 0)
    }

    private mutating func typed(
        _ text: String, tag: String, at location: SourceLocation
    ) throws -> ParamValue {
        let value: ParamValue
        do {
            value = try ScalarTyping.value(ofPlain: text)
        } catch {
            findings.add(
                at: location, "the number \(quoted(text)) is out of range",
                facts: [.init("expected", error == .integerOutOfRange ? "64 bits" : "a double")],
                hint: "put it in quotes if it is a text")
            return .null
        }
        switch (tag, value) {
        case ("", _), (Tag.Name.int.rawValue, .int), (Tag.Name.float.rawValue, .double),
            (Tag.Name.bool.rawValue, .bool), (Tag.Name.null.rawValue, .null):
            return value
        case (Tag.Name.float.rawValue, .int(let whole)): return .double(Double(whole))
        default:
            findings.add(at: location, "the tag \(quoted("!" + tag)) does not fit \(quoted(text))")
            return .null
        }
    }

    private mutating func resolveAlias(
        _ name: String, at location: SourceLocation, depth: Int
    ) throws -> Anchored {
        guard let anchored = anchors[name] else {
            findings.add(
                at: location, "alias \(quoted("*" + name)) has no anchor before it",
                hint: Suggestion.hint(for: name, among: anchors.keys.sorted())
                    ?? "put a text that begins with '*' in quotes")
            throw Stop()
        }
        guard depth + anchored.height <= YAMLReader.deepestNesting else {
            throw tooDeep(at: location)
        }
        try spend(anchored.size, at: location)
        return anchored
    }

    private mutating func convert(
        _ mapping: Node.Mapping, at location: SourceLocation, depth: Int
    ) throws -> Anchored {
        var entries: [Located.Entry] = []
        var merged: [Located.Entry] = []
        var (size, height) = (1, 0)
        var places: [String: SourceLocation] = [:]
        for (keyNode, valueNode) in mapping {
            let keyLocation = place(keyNode.mark)
            let isMerge = keyNode.scalar?.style == .plain && keyNode.scalar?.string == "<<"
            let key = try keyText(keyNode, at: keyLocation, depth: depth + 1)
            let value = try convert(valueNode, depth: depth + 1)
            size += value.size + 1
            height = max(height, value.height + 1)
            if isMerge {
                merged += mergedEntries(value.value)
            } else if let first = places.updateValue(keyLocation, forKey: key) {
                addDuplicate(key, at: keyLocation, first: first)
            } else {
                entries.append(.init(key: key, keyLocation: keyLocation, value: value.value))
            }
        }
        for entry in merged where places[entry.key] == nil {
            places[entry.key] = entry.keyLocation
            entries.append(entry)
        }
        return Anchored(value: Located(.map(entries), at: location), size: size, height: height)
    }

    private mutating func keyText(
        _ node: Node, at location: SourceLocation, depth: Int
    ) throws -> String {
        guard let scalar = node.scalar else {
            findings.add(at: location, "a key has to be a single value, not a list or a map")
            throw Stop()
        }
        try spend(1, at: location)
        if scalar.style == .plain, scalar.string.first == star, star != "*" {
            let value = try convert(scalar, at: location, depth: depth).value
            guard case .scalar(let key) = value.content else {
                findings.add(at: location, "a key has to be a single value, not a list or a map")
                throw Stop()
            }
            return key.displayText
        }
        let text = showingStars(scalar.string)
        if let anchor = node.anchor {
            let value = Located(.string(text), at: location)
            anchors[anchor.rawValue] = Anchored(value: value, size: 1, height: 0)
        }
        return text
    }

    private mutating func mergedEntries(_ value: Located) -> [Located.Entry] {
        if let entries = value.entries { return entries }
        if let list = value.list, list.allSatisfy({ $0.entries != nil }) {
            return list.flatMap { $0.entries ?? [] }
        }
        findings.addWrongType("'<<'", expected: "a map or a list of maps", found: value)
        return []
    }

    private mutating func spend(_ values: Int, at location: SourceLocation) throws {
        budget -= values
        guard budget < 0 else { return }
        findings.add(
            at: location, "aliases make the file too large",
            facts: [
                .init("expected", "at most \(YAMLReader.mostAliasedValues) values from aliases")
            ])
        throw Stop()
    }

    private mutating func tooDeep(at location: SourceLocation) -> Stop {
        findings.add(
            at: location, "lists and maps are nested too deep",
            facts: [.init("expected", "at most \(YAMLReader.deepestNesting) levels")])
        return Stop()
    }
}
