/// A result that is kept beside the history of branches: a commit whose parent is the commit that the
/// experiment started from.
///
/// The reference is DVC's: `refs/exps/<2 digits of the baseline>/<the other 38>/<name>`.
public struct Experiment: Sendable, Equatable, Hashable {
    /// The commit that it started from, 40 hexadecimal digits.
    public var baseline: String
    /// What people call it.
    public var name: String
    /// Its commit; "" where it is only known by name, as experiments of another repository are.
    public var id: String

    /// Describes an experiment.
    public init(baseline: String, name: String, id: String = "") {
        (self.baseline, self.name, self.id) = (baseline, name, id)
    }

    /// Nil for a reference that is not an experiment's.
    init?(reference: String, id: String) {
        let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "refs", parts[1] == "exps", parts[2].utf8.count == 2,
            parts[3].utf8.count == 38, !parts[4].isEmpty,
            (parts[2] + parts[3]).utf8.allSatisfy({
                (48...57).contains($0) || (97...102).contains($0)
            })
        else { return nil }
        self.init(baseline: String(parts[2] + parts[3]), name: String(parts[4]), id: id)
    }

    /// The reference that keeps it.
    public var reference: String {
        "refs/exps/\(baseline.prefix(2))/\(baseline.dropFirst(2))/\(name)"
    }

    /// The first seven digits of its commit.
    public var shortID: String { String(id.prefix(7)) }

    /// What is wrong with a name; nil for one that a reference can end with.
    public static func problem(ofName name: String) -> String? {
        if name.isEmpty { return "it is empty" }
        if name.utf8.count > 200 { return "it is longer than 200 bytes" }
        let refused: (Unicode.Scalar) -> Bool = { scalar in
            scalar.value <= 0x20 || scalar.value == 0x7F
                || "~^:?*[\\/".unicodeScalars.contains(scalar)
        }
        if let scalar = name.unicodeScalars.first(where: refused) {
            return scalar.value <= 0x20 ? "it holds a blank" : "it holds '\(scalar)'"
        }
        if name.hasPrefix("-") || name.hasPrefix(".") || name.hasSuffix(".") {
            return "it begins or ends with a mark"
        }
        if name.contains("..") || name.contains("@{") || name == "@" || name.hasSuffix(".lock") {
            return "git has another meaning for it"
        }
        return nil
    }
}

extension Repository {
    /// All experiments of this repository, by baseline and name.
    public func experiments() throws(RepositoryError) -> [Experiment] {
        try references(below: "refs/exps/").compactMap { name -> Experiment? in
            guard let experiment = Experiment(reference: "refs/exps/\(name)", id: "") else {
                return nil
            }
            // One that leads nowhere is none.
            guard let commit = try? resolve(experiment.reference) else { return nil }
            return Experiment(
                baseline: experiment.baseline, name: experiment.name, id: commit.id)
        }
    }

    /// The experiment that is called `name`, or whose commit or reference that is; nil for what names
    /// none.
    ///
    /// Of several the one counts that started from the commit that is checked out.
    ///
    /// - Throws: `RepositoryError.ambiguousExperiment` where that does not decide.
    public func experiment(_ name: String) throws(RepositoryError) -> Experiment? {
        let all = try experiments()
        let named = all.filter { $0.name == name || $0.reference == name }
        if named.count > 1 {
            let head = try head()?.id
            let here = named.filter { $0.baseline == head }
            if here.count == 1 { return here[0] }
            throw .ambiguousExperiment(name, references: named.map(\.reference))
        }
        if let only = named.first { return only }
        let isHex =
            name.utf8.count >= 4
            && name.utf8.allSatisfy {
                (48...57).contains($0) || (97...102).contains($0)
            }
        guard isHex else { return nil }
        let byID = all.filter { $0.id.hasPrefix(name) }
        return byID.count == 1 ? byID[0] : nil
    }

    /// The commit that a revision or the name of an experiment stands for.
    public func resolve(revisionOrExperiment name: String) throws(RepositoryError) -> Commit {
        do { return try resolve(name) } catch RepositoryError.unknownRevision {
            guard let experiment = try experiment(name) else {
                throw .unknownRevision(name, shallow: isShallow)
            }
            return try resolve(experiment.id)
        }
    }
}
