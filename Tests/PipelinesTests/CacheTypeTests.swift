@testable import Pipelines
import Testing

struct CacheTypeTests {
    private func types(_ tracked: String?, _ local: String? = nil) throws
        -> [ProjectConfig.CacheType]
    {
        try ConfigReader.read(tracked: tracked, local: local).cacheTypes
    }

    @Test func theFolderIsReadFromEitherFile() throws {
        func folder(_ tracked: String?, _ local: String?) throws -> String? {
            try ConfigReader.read(tracked: tracked, local: local).cache
        }
        #expect(try folder("cache: {type: copy}\n", nil) == nil)
        #expect(try folder("cache: {dir: ../shared}\n", nil) == "../shared")
        #expect(try folder("cache: {dir: a}\n", "cache: {dir: /b}\n") == "/b")
        #expect(throws: DefinitionError.self) { try folder("cache: {dir: [a]}\n", nil) }
        #expect(throws: DefinitionError.self) { try folder("cache: {dir: ''}\n", nil) }
    }

    @Test func aListOrATextWithCommasIsReadAndTheLocalFileGoesFirst() throws {
        #expect(try types("cache: {type: [reflink, hardlink]}\n") == [.reflink, .hardlink])
        #expect(try types("cache: {type: 'symlink, copy'}\n") == [.symlink, .copy])
        #expect(try types("cache: {type: copy}\n", "cache: {type: hardlink}\n") == [.hardlink])
        #expect(try types("cache: {type: copy}\n", "remotes: {}\n") == [.copy])
        #expect(try types("cache:\n", nil) == [])
        #expect(try types(nil) == [])
    }

    @Test(arguments: [
        ("cache: [copy]\n", "'cache' has the wrong type"),
        ("cache: {typ: copy}\n", "unknown key 'typ' in 'cache'"),
        ("cache: {type: 3}\n", "'cache.type' has the wrong type"),
        (
            "cache: {type: [copy, hardlnk]}\n",
            """
            .nlpipe/config.yml:1:22: error: 'cache.type' names 'hardlnk', which is no way to link
              1 | cache: {type: [copy, hardlnk]}
                |                      ^
              expected: reflink, hardlink, symlink, copy
            hint: did you mean 'hardlink'?
            """
        ),
    ])
    func whatIsWrongIsSaidWithItsPlace(text: String, expected: String) {
        let error = #expect(throws: DefinitionError.self) { try types(text) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(expected))
    }

    @Test func theConfigurationOfDVCIsReadTheSame() throws {
        let config = try DVCConfig.read([
            (".dvc/config", "[cache]\n    type = \"reflink,hardlink\"\n"),
            (".dvc/config.local", "[cache]\ntype = hardlink, symlink\n"),
        ])
        #expect(config.cacheTypes == [.hardlink, .symlink])
        let error = #expect(throws: DefinitionError.self) {
            try DVCConfig.read([(".dvc/config", "[cache]\ntype = hard\n")])
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains(".dvc/config:2:1: error: 'cache.type'"))
    }
}
