; Conversions state both types and keep their promises; bits move between lanes by joins and splits.

@object = external global [16 x i8]

define i64 @integers(i32 %a) {
  %narrow = trunc nuw nsw i32 %a to i8
  %flag = trunc nuw i32 %a to i1
  %plain = trunc i32 %a to i16
  %zero = zext nneg i8 %narrow to i64
  %sign = sext i16 %plain to i64
  %x = add i64 %zero, %sign
  ret i64 %x
}

define double @floats(i32 %a, float %f) {
  %s = sitofp i32 %a to double
  %u = uitofp nneg i32 %a to float
  %wide = fpext float %f to double
  %narrow = fptrunc double %s to float
  %i = fptosi float %narrow to i64
  %j = fptoui double %wide to i128
  %bits = bitcast double %wide to i64
  %back = bitcast i64 %bits to double
  %same = bitcast double %back to double
  ret double %same
}

define ptr @addresses(ptr %p, i32 %n) {
  %i = ptrtoint ptr %p to i64
  %low = ptrtoint ptr %p to i32
  %a = ptrtoaddr ptr %p to i64
  %q = inttoptr i64 %i to ptr
  %r = inttoptr i32 %n to ptr
  ret ptr %q
}

define i32 @vector_to_integer(<4 x i8> %v) {
  %x = bitcast <4 x i8> %v to i32
  ret i32 %x
}

define <4 x float> @vector_to_vector(<2 x i64> %v) {
  %x = bitcast <2 x i64> %v to <4 x float>
  ret <4 x float> %x
}

define i16 @mask(<16 x i8> %v) {
  %high = icmp slt <16 x i8> %v, zeroinitializer
  %x = bitcast <16 x i1> %high to i16
  ret i16 %x
}

define <1 x i64> @one_lane(double %d) {
  %x = bitcast double %d to <1 x i64>
  ret <1 x i64> %x
}

define i64 @constant_expressions(i1 %c) {
  %x = add i64 ptrtoint (ptr @object to i64), 1
  %y = sub i64 %x, ptrtoint (ptr getelementptr inbounds (i8, ptr @object, i64 8) to i64)
  %z = select i1 %c, i64 sub (i64 ptrtoint (ptr @object to i64), i64 3), i64 %y
  ret i64 %z
}
