using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>One place of the embedded set <c>traps</c>: what its fixed camera sees, how it is lit, and which animals come there.</summary>
internal sealed class TrapLocation
{
    private readonly record struct Stroke(Vec From, Vec To, double Radius, Rgb Colour);

    private readonly Rgb[] _background;
    private readonly Stroke[] _grass;
    private readonly double[] _odds = new double[TrapAnimal.Names.Count];
    private readonly double _horizon, _vignette, _side;

    /// <summary>Draws the place of this number, for pictures of side x side pixels.</summary>
    public TrapLocation(ulong seed, int number, int side)
    {
        var random = new RandomStream(seed, RandomPurpose.Generation, TrapsSource.PlacePart, (uint)number);
        _side = side;
        _horizon = side * random.Uniform(0.2, 0.5);
        (Light, Warmth) = (random.Uniform(0.75, 1.15), random.Uniform(-0.1, 0.1));
        (_vignette, Closeness) = (random.Uniform(0, 0.5), random.Uniform(0.75, 1.3));
        NightOdds = random.Uniform(0.2, 0.7);
        DrawOdds(ref random);
        _background = DrawBackground(ref random, side);
        _grass = DrawGrass(ref random);
    }

    /// <summary>How bright days are.</summary>
    public double Light { get; }

    /// <summary>How much redder than blue the light is.</summary>
    public double Warmth { get; }

    /// <summary>How large animals appear: some cameras hang nearer to the path.</summary>
    public double Closeness { get; }

    /// <summary>The share of pictures taken at night.</summary>
    public double NightOdds { get; }

    /// <summary>Draws a class: every place has its own usual visitors.</summary>
    public int DrawClass(ref RandomStream random)
    {
        var rest = random.NextDouble();
        var label = 0;
        while (label < _odds.Length - 1 && (rest -= _odds[label]) >= 0)
            label++;
        return label;
    }

    /// <summary>A place to stand on, nearer ones lower down, and how large a thing there appears.</summary>
    public (Vec Feet, double Scale) DrawFeet(ref RandomStream random)
    {
        var near = random.NextDouble();
        var y = _horizon + (_side - _horizon) * (0.35 + 0.6 * near);
        return (new Vec(random.Uniform(0.2, 0.8) * _side, y), Closeness * (0.75 + 0.45 * near));
    }

    /// <summary>Puts what the camera always sees onto a canvas.</summary>
    public void DrawBehind(TrapCanvas canvas) => _background.CopyTo(canvas.Pixels, 0);

    /// <summary>Draws the grass before the animals.</summary>
    public void DrawBefore(TrapCanvas canvas)
    {
        foreach (var stroke in _grass)
            canvas.Line(stroke.From, stroke.To, stroke.Radius, stroke.Colour);
    }

    /// <summary>How much light a place of the picture gets, 1 in the middle: lenses and flashes leave the corners dark.</summary>
    public double Falloff(double x, double y, double strength)
    {
        var (dx, dy) = (2 * x / _side - 1, 2 * y / _side - 1);
        return 1 - (_vignette + strength) * (dx * dx + dy * dy) / 2;
    }

    private void DrawOdds(ref RandomStream random)
    {
        for (var i = 0; i < _odds.Length; i++)
            _odds[i] = i == 0 ? 1 : 0.5;
        for (var favourites = 3; favourites > 0; favourites--)
            _odds[random.NextInt32(1, _odds.Length)] += 1;
        var sum = 0.0;
        foreach (var odds in _odds)
            sum += odds;
        for (var i = 0; i < _odds.Length; i++)
            _odds[i] /= sum;
    }

    private Rgb[] DrawBackground(ref RandomStream random, int side)
    {
        var canvas = new TrapCanvas(side);
        var ground = new ShapeTexture(ref random, Earth(ref random));
        var far = new ShapeTexture(ref random, Earth(ref random).Mix(new(0.6, 0.7, 0.75), random.NextDouble()));
        canvas.Fill((x, y) => (y < _horizon ? far : ground).At(x - side / 2.0, y - side / 2.0));
        for (var trunks = random.NextInt32(0, 7); trunks > 0; trunks--)
        {
            var (x, lean) = (random.Uniform(0, side), random.Uniform(-4, 4));
            var foot = _horizon + random.Uniform(0, 0.4) * (side - _horizon);
            canvas.Line(new(x, foot), new(x + lean, -4), random.Uniform(0.8, 3.5), Earth(ref random).Times(0.6));
        }
        for (var bushes = random.NextInt32(0, 6); bushes > 0; bushes--)
        {
            var centre = new Vec(random.Uniform(0, side), _horizon + random.Uniform(-3, 12));
            canvas.Line(centre, new(centre.X + random.Uniform(0, 8), centre.Y), random.Uniform(2, 6), Leaf(ref random));
        }
        return canvas.Pixels;
    }

    private Stroke[] DrawGrass(ref RandomStream random)
    {
        var strokes = new Stroke[random.NextInt32(0, 25)];
        for (var i = 0; i < strokes.Length; i++)
        {
            var foot = new Vec(random.Uniform(0, _side), _side + 1);
            var tip = new Vec(foot.X + random.Uniform(-6, 6), _side - random.Uniform(4, 22));
            strokes[i] = new(foot, tip, random.Uniform(0.4, 1.1), Leaf(ref random));
        }
        return strokes;
    }

    private static Rgb Earth(ref RandomStream random) =>
        new Rgb(0.2, 0.18, 0.12).Mix(new(0.75, 0.7, 0.5), random.NextDouble()).Near(ref random, 0.06);

    private static Rgb Leaf(ref RandomStream random) =>
        new Rgb(0.1, 0.25, 0.08).Mix(new(0.6, 0.65, 0.3), random.NextDouble()).Near(ref random, 0.08);
}
