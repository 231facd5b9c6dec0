import Foundation
import TestSupport
import Testing

struct CacheTypeTests {
    private func mode(_ project: ToyProject, _ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(
            atPath: project.folder.file(path))[.posixPermissions] as? Int
    }

    @Test func outsAreProtectedUnprotectedAndLinkedAgain() throws {
        let project = try ToyProject()
        try project.folder.write("cache: {type: [hardlink, copy]}\n", to: ".nlpipe/config.yml")
        #expect(try project.nlpipe("repro").status == 0)
        #expect(try mode(project, "sorted.txt") == 0o444)
        #expect(try project.nlpipe("unprotect", "sorted.txt").lines == ["sorted.txt"])
        #expect(try mode(project, "sorted.txt") == 0o644)
        #expect(try project.nlpipe("unprotect", "sorted.txt").lines == ["nothing is a link"])
        #expect(try project.nlpipe("status").lines == ["everything is up to date"])
        #expect(try project.nlpipe("checkout", "--relink").status == 0)
        #expect(try mode(project, "sorted.txt") == 0o444)
        #expect(try project.nlpipe("status").lines == ["everything is up to date"])
        try project.folder.write("cache: {type: hard}\n", to: ".nlpipe/config.yml")
        let refused = try project.nlpipe("status")
        #expect(refused.status == 2)
        #expect(refused.firstError.hasPrefix(".nlpipe/config.yml:1:15: error: 'cache.type'"))
    }
}
