/// The stage modules that a pipeline can name, by the name that `run:` gives.
public struct StageRegistry: Sendable {
    private let modules: [String: any StageModule.Type]

    /// Creates a registry; of two modules with one name the first counts.
    public init(_ modules: [any StageModule.Type] = []) {
        self.modules = Dictionary(
            modules.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The names of all modules, sorted.
    public var names: [String] { modules.keys.sorted() }

    /// All modules, sorted by name.
    public var all: [any StageModule.Type] { names.compactMap { modules[$0] } }

    /// The module named `name`, nil where there is none.
    public func module(named name: String) -> (any StageModule.Type)? { modules[name] }
}
