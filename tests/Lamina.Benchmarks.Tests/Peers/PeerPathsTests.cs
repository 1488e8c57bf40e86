using Lamina.Benchmarks.Peers;

namespace Lamina.Benchmarks.Tests.Peers;

[NonParallelizable]
public sealed class PeerPathsTests
{
    private static readonly PeerPaths Paths = new("no-such-peer", "--peer", "LAMINA_TEST_PEER");

    private string _file = "";

    [SetUp]
    public void SetUp() => _file = Path.GetTempFileName();

    [TearDown]
    public void TearDown()
    {
        File.Delete(_file);
        Environment.SetEnvironmentVariable(Paths.Variable, null);
    }

    [Test]
    public void Find_AFileThatTheOptionNames_IsThatFile()
    {
        Assert.That(Paths.Find(_file, builtPath: null, out var absence), Is.EqualTo(_file));
        Assert.That(absence, Is.Null);
    }

    [Test]
    public void Find_NoFileThatTheOptionNames_SaysSo()
    {
        Assert.That(Paths.Find("nowhere", _file, out var absence), Is.Null, "what is named counts, and nothing else");
        Assert.That(absence, Is.EqualTo("there is no file 'nowhere', which --peer names"));
    }

    [Test]
    public void Find_TheVariable_ComesAfterTheOption()
    {
        Environment.SetEnvironmentVariable(Paths.Variable, "nowhere");
        Assert.That(Paths.Find(_file, null, out _), Is.EqualTo(_file));
        Assert.That(Paths.Find(null, null, out var absence), Is.Null);
        Assert.That(absence, Does.Contain("nowhere").And.Contain(Paths.Variable));
    }

    [Test]
    public void Find_NothingNamed_LooksWhereItIsBuiltOrOnPath()
    {
        Assert.That(Paths.Find(null, _file, out _), Is.EqualTo(_file));
        var named = new PeerPaths(Path.GetFileName(_file), "--peer", "LAMINA_TEST_PEER");
        var path = Environment.GetEnvironmentVariable("PATH");
        try
        {
            Environment.SetEnvironmentVariable("PATH", Path.GetDirectoryName(_file));
            Assert.That(named.Find(null, null, out _), OperatingSystem.IsWindows() ? Is.Null : Is.EqualTo(_file));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    [Test]
    public void Find_Nowhere_NamesOptionAndVariable()
    {
        Assert.That(Paths.Find(null, null, out var absence), Is.Null);
        Assert.That(absence, Does.Contain("--peer").And.Contain("LAMINA_TEST_PEER").And.Contain("PATH"));
    }
}
