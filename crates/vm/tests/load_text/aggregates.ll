; Taking aggregates and vectors apart costs nothing: it only says which operands make up the result.

define { i32, { ptr, i8 } } @values({ i32, { ptr, i8 } } %a, i8 %b) {
  %inner = extractvalue { i32, { ptr, i8 } } %a, 1
  %changed = insertvalue { ptr, i8 } %inner, i8 %b, 1
  %fresh = insertvalue { i32, { ptr, i8 } } poison, i32 5, 0
  %whole = insertvalue { i32, { ptr, i8 } } %fresh, { ptr, i8 } %changed, 1
  ret { i32, { ptr, i8 } } %whole
}

define i16 @arrays([2 x { i8, i16 }] %a) {
  %x = extractvalue [2 x { i8, i16 }] %a, 1, 1
  ret i16 %x
}

define {} @empty({} %a, i1 %c) {
  %x = select i1 %c, {} %a, {} zeroinitializer
  ret {} %x
}

define <4 x i32> @shuffles(<4 x i32> %a, <4 x i32> %b) {
  %reversed = shufflevector <4 x i32> %a, <4 x i32> poison, <4 x i32> <i32 3, i32 2, i32 1, i32 0>
  %mixed = shufflevector <4 x i32> %reversed, <4 x i32> %b, <4 x i32> <i32 0, i32 5, i32 poison, i32 7>
  %half = shufflevector <4 x i32> %mixed, <4 x i32> poison, <2 x i32> <i32 0, i32 1>
  %wide = shufflevector <2 x i32> %half, <2 x i32> poison, <4 x i32> <i32 0, i32 1, i32 0, i32 1>
  ret <4 x i32> %wide
}

define i32 @known_lane(<4 x i32> %a, i32 %b) {
  %c = insertelement <4 x i32> %a, i32 %b, i64 2
  %x = extractelement <4 x i32> %c, i64 2
  %y = extractelement <4 x i32> %c, i64 1
  %z = extractelement <4 x i32> %c, i64 4
  %s = add i32 %x, %y
  ret i32 %s
}

define i32 @unknown_lane(<2 x i32> %a, i32 %b, i32 %lane) {
  %c = insertelement <2 x i32> %a, i32 %b, i32 %lane
  %x = extractelement <2 x i32> %c, i32 %lane
  ret i32 %x
}

declare i32 @llvm.vector.reduce.add.v4i32(<4 x i32>)
declare i32 @llvm.vector.reduce.umax.v4i32(<4 x i32>)
declare i1 @llvm.vector.reduce.or.v4i1(<4 x i1>)
declare float @llvm.vector.reduce.fadd.v2f32(float, <2 x float>)
declare i32 @llvm.x86.sse2.pmovmskb.128(<16 x i8>)

define i32 @reductions(<4 x i32> %a, <2 x float> %f) {
  %sum = call i32 @llvm.vector.reduce.add.v4i32(<4 x i32> %a)
  %max = call i32 @llvm.vector.reduce.umax.v4i32(<4 x i32> %a)
  %zero = icmp eq <4 x i32> %a, zeroinitializer
  %any = call i1 @llvm.vector.reduce.or.v4i1(<4 x i1> %zero)
  %float = call float @llvm.vector.reduce.fadd.v2f32(float 0.0, <2 x float> %f)
  %x = select i1 %any, i32 %sum, i32 %max
  ret i32 %x
}

define i32 @move_mask(<16 x i8> %a) {
  %x = call i32 @llvm.x86.sse2.pmovmskb.128(<16 x i8> %a)
  ret i32 %x
}
