/// A pattern for one name of a path: `*`, `?`, `[a-z]`, `[!a-z]`, `[[:digit:]]`; `\` takes the
/// meaning of what follows.
struct NamePattern: Sendable, Equatable {
    enum Token: Sendable, Equatable {
        case literal(Unicode.Scalar)
        case one
        case many
        case oneOf(Members)
    }

    struct Members: Sendable, Equatable {
        var negated: Bool
        var ranges: [ClosedRange<UInt32>]

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            ranges.contains { $0.contains(scalar.value) } != negated
        }
    }

    private let tokens: [Token]

    /// Nil where a `[` is not closed or a `\` ends the name.
    init?(_ name: Substring) {
        var tokens: [Token] = []
        var rest = Array(name.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": if tokens.last != .many { tokens.append(.many) }
            case "?": tokens.append(.one)
            case "[":
                guard let members = NamePattern.members(&rest) else { return nil }
                tokens.append(.oneOf(members))
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                tokens.append(.literal(next))
            default: tokens.append(.literal(scalar))
            }
        }
        self.tokens = tokens
    }

    /// The only name that it stands for; nil where there are wildcards.
    var literal: String? {
        var scalars = String.UnicodeScalarView()
        for token in tokens {
            guard case .literal(let scalar) = token else { return nil }
            scalars.append(scalar)
        }
        return String(scalars)
    }

    /// Goes back to the last `*` only: an earlier one could not do better.
    func matches(_ name: Substring) -> Bool {
        let scalars = name.unicodeScalars
        var token = 0
        var place = scalars.startIndex
        var retry: (token: Int, place: String.Index)?
        while place < scalars.endIndex {
            if token < tokens.count, tokens[token] == .many {
                token += 1
                retry = (token, place)
            } else if token < tokens.count, isMatch(tokens[token], scalars[place]) {
                token += 1
                place = scalars.index(after: place)
            } else if let last = retry {
                token = last.token
                place = scalars.index(after: last.place)
                retry = (token, place)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .many }
    }

    private func isMatch(_ token: Token, _ scalar: Unicode.Scalar) -> Bool {
        switch token {
        case .literal(let wanted): wanted == scalar
        case .one, .many: true
        case .oneOf(let members): members.contains(scalar)
        }
    }

    /// What stands between `[`, which is taken already, and its `]`; a `]` that comes first is meant.
    private static func members(_ rest: inout ArraySlice<Unicode.Scalar>) -> Members? {
        var members = Members(negated: false, ranges: [])
        if let sign = rest.first, sign == "!" || sign == "^" {
            members.negated = true
            rest.removeFirst()
        }
        var isFirst = true
        while var scalar = rest.popFirst() {
            if scalar == "]", !isFirst { return members }
            isFirst = false
            if scalar == "[", rest.first == ":" {
                guard let named = namedClass(&rest) else { return nil }
                members.ranges += named
                continue
            }
            if scalar == "\\" {
                guard let next = rest.popFirst() else { return nil }
                scalar = next
            }
            guard rest.first == "-", let after = rest.dropFirst().first, after != "]" else {
                members.ranges.append(scalar.value...scalar.value)
                continue
            }
            rest.removeFirst()
            guard var last = rest.popFirst() else { return nil }
            if last == "\\" {
                guard let next = rest.popFirst() else { return nil }
                last = next
            }
            if scalar.value <= last.value { members.ranges.append(scalar.value...last.value) }
        }
        return nil
    }

    /// `:digit:]`, whose `[` is taken already.
    private static func namedClass(
        _ rest: inout ArraySlice<Unicode.Scalar>
    ) -> [ClosedRange<UInt32>]? {
        guard let end = rest.dropFirst().firstIndex(of: ":"), rest[(end + 1)...].first == "]" else {
            return nil
        }
        let name = String(String.UnicodeScalarView(rest[(rest.startIndex + 1)..<end]))
        rest = rest[(end + 2)...]
        return classes[name]
    }

    private static let classes: [String: [ClosedRange<UInt32>]] = [
        "alnum": [48...57, 65...90, 97...122], "alpha": [65...90, 97...122],
        "blank": [9...9, 32...32],
        "cntrl": [0...31, 127...127], "digit": [48...57], "graph": [33...126], "lower": [97...122],
        "print": [32...126], "punct": [33...47, 58...64, 91...96, 123...126],
        "space": [9...13, 32...32], "upper": [65...90], "xdigit": [48...57, 65...70, 97...102],
    ]
}
