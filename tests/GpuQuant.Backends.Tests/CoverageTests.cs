namespace GpuQuant.Backends.Tests;

public sealed class CoverageTests
{
    public static TheoryData<Type> CallTypes =>
        [.. typeof(IPrimitives).GetMethods().Select(method => method.GetParameters()[0].ParameterType)];

    [Theory, MemberData(nameof(CallTypes))]
    public void EveryPrimitive_HasConformanceTests(Type call)
    {
        var tests = typeof(CoverageTests).Assembly.GetTypes()
            .Where(type => type.BaseType == typeof(ConformanceTests<>).MakeGenericType(call))
            .SelectMany(type => type.GetMethods())
            .Where(method => Attribute.IsDefined(method, typeof(TheoryAttribute)));
        Assert.NotEmpty(tests);
    }
}
