namespace GpuQuant.Backends;

/// <summary>
/// The primitives that every backend provides. A method binds the arguments of one call and returns what enqueues it; running that
/// allocates nothing, on the host or on the device. What a primitive computes stands at its call's type.
/// </summary>
public interface IPrimitives
{
    /// <summary>Binds a <see cref="ActivationBackwardCall"/>.</summary>
    Action Prepare(ActivationBackwardCall call);

    /// <summary>Binds a <see cref="ActivationForwardCall"/>.</summary>
    Action Prepare(ActivationForwardCall call);

    /// <summary>Binds a <see cref="AdamCall"/>.</summary>
    Action Prepare(AdamCall call);

    /// <summary>Binds a <see cref="BatchNormAffineCall"/>.</summary>
    Action Prepare(BatchNormAffineCall call);

    /// <summary>Binds a <see cref="BatchNormBackwardCall"/>.</summary>
    Action Prepare(BatchNormBackwardCall call);

    /// <summary>Binds a <see cref="BatchNormFoldBackwardCall"/>.</summary>
    Action Prepare(BatchNormFoldBackwardCall call);

    /// <summary>Binds a <see cref="BatchNormFoldCall"/>.</summary>
    Action Prepare(BatchNormFoldCall call);

    /// <summary>Binds a <see cref="BatchNormForwardCall"/>.</summary>
    Action Prepare(BatchNormForwardCall call);

    /// <summary>Binds a <see cref="BatchNormInferenceCall"/>.</summary>
    Action Prepare(BatchNormInferenceCall call);

    /// <summary>Binds a <see cref="BinaryCall"/>.</summary>
    Action Prepare(BinaryCall call);

    /// <summary>Binds a <see cref="BinaryCrossEntropyCall"/>.</summary>
    Action Prepare(BinaryCrossEntropyCall call);

    /// <summary>Binds a <see cref="ByteTableCall"/>.</summary>
    Action Prepare(ByteTableCall call);

    /// <summary>Binds a <see cref="ClampCall"/>.</summary>
    Action Prepare(ClampCall call);

    /// <summary>Binds a <see cref="ClipFactorCall"/>.</summary>
    Action Prepare(ClipFactorCall call);

    /// <summary>Binds a <see cref="Conv2DBackwardDataCall"/>.</summary>
    Action Prepare(Conv2DBackwardDataCall call);

    /// <summary>Binds a <see cref="Conv2DBackwardWeightsCall"/>.</summary>
    Action Prepare(Conv2DBackwardWeightsCall call);

    /// <summary>Binds a <see cref="Conv2DForwardCall"/>.</summary>
    Action Prepare(Conv2DForwardCall call);

    /// <summary>Binds a <see cref="CopyCall"/>.</summary>
    Action Prepare(CopyCall call);

    /// <summary>Binds a <see cref="CopyColumnsCall"/>.</summary>
    Action Prepare(CopyColumnsCall call);

    /// <summary>Binds a <see cref="DequantizeCall"/>.</summary>
    Action Prepare(DequantizeCall call);

    /// <summary>Binds a <see cref="DorefaBackwardCall"/>.</summary>
    Action Prepare(DorefaBackwardCall call);

    /// <summary>Binds a <see cref="DorefaForwardCall"/>.</summary>
    Action Prepare(DorefaForwardCall call);

    /// <summary>Binds a <see cref="DropoutCall"/>.</summary>
    Action Prepare(DropoutCall call);

    /// <summary>Binds a <see cref="EmbeddingBackwardCall"/>.</summary>
    Action Prepare(EmbeddingBackwardCall call);

    /// <summary>Binds a <see cref="EmbeddingCall"/>.</summary>
    Action Prepare(EmbeddingCall call);

    /// <summary>Binds a <see cref="FakeQuantizeBackwardCall"/>.</summary>
    Action Prepare(FakeQuantizeBackwardCall call);

    /// <summary>Binds a <see cref="FakeQuantizeForwardCall"/>.</summary>
    Action Prepare(FakeQuantizeForwardCall call);

    /// <summary>Binds a <see cref="FillCall"/>.</summary>
    Action Prepare(FillCall call);

    /// <summary>Binds a <see cref="FloatToAccumulatorCall"/>.</summary>
    Action Prepare(FloatToAccumulatorCall call);

    /// <summary>Binds a <see cref="GemmCall"/>.</summary>
    Action Prepare(GemmCall call);

    /// <summary>Binds a <see cref="GruBackwardCall"/>.</summary>
    Action Prepare(GruBackwardCall call);

    /// <summary>Binds a <see cref="GruForwardCall"/>.</summary>
    Action Prepare(GruForwardCall call);

    /// <summary>Binds a <see cref="IntAddCall"/>.</summary>
    Action Prepare(IntAddCall call);

    /// <summary>Binds a <see cref="IntConv2DCall"/>.</summary>
    Action Prepare(IntConv2DCall call);

    /// <summary>Binds a <see cref="IntGemmCall"/>.</summary>
    Action Prepare(IntGemmCall call);

    /// <summary>Binds a <see cref="IntGruCall"/>.</summary>
    Action Prepare(IntGruCall call);

    /// <summary>Binds a <see cref="IntLstmCall"/>.</summary>
    Action Prepare(IntLstmCall call);

    /// <summary>Binds a <see cref="IntPool2DCall"/>.</summary>
    Action Prepare(IntPool2DCall call);

    /// <summary>Binds a <see cref="IntScaleCall"/>.</summary>
    Action Prepare(IntScaleCall call);

    /// <summary>Binds a <see cref="IntSoftmaxCall"/>.</summary>
    Action Prepare(IntSoftmaxCall call);

    /// <summary>Binds a <see cref="LearnedQuantizeBackwardCall"/>.</summary>
    Action Prepare(LearnedQuantizeBackwardCall call);

    /// <summary>Binds a <see cref="LearnedStepCall"/>.</summary>
    Action Prepare(LearnedStepCall call);

    /// <summary>Binds a <see cref="LstmBackwardCall"/>.</summary>
    Action Prepare(LstmBackwardCall call);

    /// <summary>Binds a <see cref="LstmForwardCall"/>.</summary>
    Action Prepare(LstmForwardCall call);

    /// <summary>Binds a <see cref="MinMaxCall"/>.</summary>
    Action Prepare(MinMaxCall call);

    /// <summary>Binds a <see cref="MixupCall"/>.</summary>
    Action Prepare(MixupCall call);

    /// <summary>Binds a <see cref="MomentsCall"/>.</summary>
    Action Prepare(MomentsCall call);

    /// <summary>Binds a <see cref="MovingAverageCall"/>.</summary>
    Action Prepare(MovingAverageCall call);

    /// <summary>Binds a <see cref="PgdStepCall"/>.</summary>
    Action Prepare(PgdStepCall call);

    /// <summary>Binds a <see cref="Pool2DBackwardCall"/>.</summary>
    Action Prepare(Pool2DBackwardCall call);

    /// <summary>Binds a <see cref="Pool2DForwardCall"/>.</summary>
    Action Prepare(Pool2DForwardCall call);

    /// <summary>Binds a <see cref="QuantizeCall"/>.</summary>
    Action Prepare(QuantizeCall call);

    /// <summary>Binds a <see cref="QuantizeRowsCall"/>.</summary>
    Action Prepare(QuantizeRowsCall call);

    /// <summary>Binds a <see cref="RangeUpdateCall"/>.</summary>
    Action Prepare(RangeUpdateCall call);

    /// <summary>Binds a <see cref="ReduceRowsCall"/>.</summary>
    Action Prepare(ReduceRowsCall call);

    /// <summary>Binds a <see cref="RequantizeCall"/>.</summary>
    Action Prepare(RequantizeCall call);

    /// <summary>Binds a <see cref="ScaleCall"/>.</summary>
    Action Prepare(ScaleCall call);

    /// <summary>Binds a <see cref="ScaleAccumulatorsCall"/>.</summary>
    Action Prepare(ScaleAccumulatorsCall call);

    /// <summary>Binds a <see cref="ScaleChannelsCall"/>.</summary>
    Action Prepare(ScaleChannelsCall call);

    /// <summary>Binds a <see cref="ScaledAddCall"/>.</summary>
    Action Prepare(ScaledAddCall call);

    /// <summary>Binds a <see cref="SgdCall"/>.</summary>
    Action Prepare(SgdCall call);

    /// <summary>Binds a <see cref="SoftmaxBackwardCall"/>.</summary>
    Action Prepare(SoftmaxBackwardCall call);

    /// <summary>Binds a <see cref="SoftmaxCall"/>.</summary>
    Action Prepare(SoftmaxCall call);

    /// <summary>Binds a <see cref="SoftmaxCrossEntropyCall"/>.</summary>
    Action Prepare(SoftmaxCrossEntropyCall call);

    /// <summary>Binds a <see cref="SymmetricRangeCall"/>.</summary>
    Action Prepare(SymmetricRangeCall call);

    /// <summary>Binds a <see cref="UniformCall"/>.</summary>
    Action Prepare(UniformCall call);
}
