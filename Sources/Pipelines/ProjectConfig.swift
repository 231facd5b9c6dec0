/// What the project's configuration says: `.nlpipe/config.yml`, and over it what only this machine
/// wants, `.nlpipe/config.local.yml`.
public struct ProjectConfig: Sendable, Equatable {
    /// The tracked file, relative to the project's root.
    public static let file = ".nlpipe/config.yml"
    /// The file that git ignores, relative to the project's root.
    public static let localFile = ".nlpipe/config.local.yml"

    /// A place outside the project that objects are pushed to and fetched from.
    public struct Remote: Sendable, Equatable {
        /// What `-r` calls it.
        public var name: String
        /// Where it is, as written.
        public var url: String
        /// What else is said of it, such as `endpointurl`.
        public var options: [String: String] = [:]
        /// Where it is written.
        public var location: SourceLocation

        /// Where the URL leads; a folder that is not absolute is relative to `root`.
        public func address(root: String) -> RemoteAddress {
            RemoteAddress(url: url, options: options, root: root)
        }
    }

    /// Sorted by name.
    public var remotes: [Remote] = []
    /// The remote that is meant where none is named.
    public var defaultRemote: String?
    /// Where objects are kept, where it is not the usual place: relative to the root, or absolute.
    public var cache: String?

    /// How files get from the cache into the workspace, in the order of trying; empty where nothing
    /// is said.
    public var cacheTypes: [CacheType] = []

    /// A way for files to get from the cache into the workspace.
    public enum CacheType: String, Sendable, CaseIterable {
        case reflink, hardlink, symlink, copy
    }

    /// Creates a configuration that says nothing.
    public init() {}

    /// The remote of that name.
    public func remote(named name: String) -> Remote? { remotes.first { $0.name == name } }

    /// The remote that `name` calls, or the default one; a `DefinitionError` where there is none.
    public func remote(_ name: String?) throws -> Remote {
        guard let wanted = name ?? defaultRemote else {
            throw DefinitionError(diagnostics: [
                Diagnostic(
                    at: .nowhere, "no remote is named, and the project has no default remote",
                    hint: remotes.isEmpty
                        ? "'nlpipe remote add -d NAME FOLDER' adds one"
                        : "name one with -r, or choose one with 'nlpipe remote default NAME'")
            ])
        }
        guard let found = remote(named: wanted) else {
            throw ProjectConfig.unknown(wanted, among: remotes.map(\.name))
        }
        return found
    }

    static func unknown(_ name: String, among names: [String]) -> DefinitionError {
        DefinitionError(diagnostics: [
            Diagnostic(
                at: .nowhere, "remote \(quoted(name)) does not exist",
                facts: names.isEmpty
                    ? [] : [.init("expected", names.joined(separator: ", "))],
                hint: Suggestion.hint(for: name, among: names)
                    ?? "'nlpipe remote add \(name) FOLDER' adds it")
        ])
    }
}
