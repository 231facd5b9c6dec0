/// Where the keys of a stage stand in its pipeline file; nil for what is not written.
public struct StagePlaces: Sendable, Equatable {
    /// `cmd` or `run`.
    public var action: SourceLocation?
    /// `wdir`.
    public var directory: SourceLocation?
    /// `env`.
    public var environment: SourceLocation?
    /// `always_changed`.
    public var always: SourceLocation?

    /// Creates places.
    public init(
        action: SourceLocation? = nil, directory: SourceLocation? = nil,
        environment: SourceLocation? = nil, always: SourceLocation? = nil
    ) {
        self.action = action
        self.directory = directory
        self.environment = environment
        self.always = always
    }

    /// The places of the keys of `body`, the map that describes a stage.
    init(of body: Located) {
        self.init(
            action: (body["cmd"] ?? body["run"])?.keyLocation, directory: body["wdir"]?.keyLocation,
            environment: body["env"]?.keyLocation, always: body["always_changed"]?.keyLocation)
    }
}
